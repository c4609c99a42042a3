package tasker.plugins.embeddedpostgres;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Hold the file that PostgreSQL writes its log to.
 *
 * @param file what it writes now; the log of the start before has {@code .1} added to its name
 */
record ServerLog(Path file) {
    private static final int TAIL_BYTES = 16_384;
    private static final int TAIL_LINES = 12;

    /** Begin a new file and keep one old one, so that the log of a directory used for years stays small. */
    void rotate() throws IOException {
        if (Files.exists(file)) {
            Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The last lines, each on a line of its own, to stand at the end of an error. */
    String tail() {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(Math.max(0, channel.size() - TAIL_BYTES));
            ByteBuffer bytes = ByteBuffer.allocate(TAIL_BYTES);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
            List<String> lines = StandardCharsets.UTF_8
                    .decode(bytes.flip())
                    .toString()
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
            List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
            return "; the end of " + file + ":\n    " + String.join("\n    ", last);
        } catch (IOException e) {
            return "; its log " + file + " cannot be read: " + e;
        }
    }
}
