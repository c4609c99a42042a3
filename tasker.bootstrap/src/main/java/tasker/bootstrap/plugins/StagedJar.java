package tasker.bootstrap.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hold a jar that is to come into a plugin folder; until the change is {@link #settle settled} it can be undone, by
 * whoever starts next, too, when this process ends in the middle of it.
 *
 * <p>The jar is written into a hidden folder in the plugin folder, on the same file system, and is renamed into its
 * place in one step, so that whoever looks at the folder sees whole jars only. The hidden folder holds what was in the
 * place before, a note that says which place that is, and a file that is locked for as long as this process lives. For
 * use by one thread.
 */
final class StagedJar implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StagedJar.class);
    private static final String PREFIX = ".incoming-";
    private static final String LOCK = ".lock";
    private static final String KEPT = ".kept";
    private static final String PLACE = ".place";

    private final Path own;
    private final FileChannel lock;
    private final Path file;

    private StagedJar(Path own, FileChannel lock, Path file) {
        this.own = own;
        this.lock = lock;
        this.file = file;
    }

    /** Write a jar where nobody takes it for a plugin. */
    static StagedJar write(Path folder, String fileName, InputStream jar) throws IOException {
        Files.createDirectories(folder);
        Path own = Files.createTempDirectory(folder, PREFIX);
        try {
            FileChannel lock = FileChannel.open(own.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            StagedJar staged = new StagedJar(own, lock, own.resolve(fileName));
            try {
                FileLock ignored = lock.lock();
                Files.copy(jar, staged.file);
                return staged;
            } catch (IOException | RuntimeException | Error e) {
                staged.close();
                throw e;
            }
        } catch (IOException | RuntimeException | Error e) {
            Folders.deleteQuietly(own);
            throw e;
        }
    }

    /** The jar, as long as it is not in its place. */
    Path file() {
        return file;
    }

    /** Put the jar into its place, over one that is there. */
    void putInto(Path place) throws IOException {
        if (Files.exists(place)) {
            Files.copy(place, own.resolve(KEPT), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.writeString(own.resolve(PLACE), String.valueOf(place.getFileName()));
        Files.move(file, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Bring the place back to what it was. */
    void undo() throws IOException {
        undo(own);
    }

    /** Leave the place as it is now. */
    void settle() throws IOException {
        Files.deleteIfExists(own.resolve(PLACE));
    }

    @Override
    public void close() throws IOException {
        lock.close();
        Folders.deleteQuietly(own);
    }

    /** Undo what processes that are gone had begun in these folders. */
    static void recover(List<Path> folders) {
        for (Path folder : folders) {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, PREFIX + "*")) {
                for (Path own : left) {
                    if (Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)) {
                        recover(own);
                    }
                }
            } catch (IOException e) {
                LOG.warn("event=plugin_change_not_undone folder={} reason=\"{}\"", folder, e.toString());
            }
        }
    }

    private static void recover(Path own) throws IOException {
        try (FileChannel channel =
                FileChannel.open(own.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (channel.tryLock() == null) {
                return;
            }
            if (Files.exists(own.resolve(PLACE))) {
                LOG.warn(
                        "event=plugin_change_undone code=TASKER-P137 place={} advice=\"a worker ended while it took this"
                                + " jar in, perhaps because of it; the folder is as it was before\"",
                        undo(own));
            }
            Folders.deleteQuietly(own);
        } catch (OverlappingFileLockException ignored) {
            // Another worker in this process is busy with it.
        }
    }

    private static Path undo(Path own) throws IOException {
        Path place = own.resolveSibling(Files.readString(own.resolve(PLACE)));
        Path kept = own.resolve(KEPT);
        if (Files.exists(kept)) {
            Files.move(kept, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.deleteIfExists(place);
        }
        Files.deleteIfExists(own.resolve(PLACE));
        return place;
    }
}
