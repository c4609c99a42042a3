package tasker.bootstrap.demo;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tasker.events.api.TaskerException;

/**
 * Read a file of orders, one JSON text a line, whatever the lines hold; for use by one thread.
 *
 * <p>Blank lines are skipped. Bytes that are no UTF-8 become replacement characters, and of a line that is too long
 * only the beginning is kept: such a line is a bad order, no reason to stop.
 */
final class OrderFile implements Closeable {
    /** With every character escaped it still fits into a step's input. */
    static final int MAX_LINE_BYTES = 131_072;

    private static final int BUFFER = 65_536;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final InputStream in;
    private int number;

    private OrderFile(InputStream in) {
        this.in = in;
    }

    /**
     * Open a file.
     *
     * @throws TaskerException {@code TASKER-L104} when it cannot be read
     */
    static OrderFile open(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new IOException("it is a folder");
            }
            // Counting the lines of a pipe would use them up.
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new IOException("it is no regular file, and is read twice");
            }
            return new OrderFile(new BufferedInputStream(Files.newInputStream(file), BUFFER));
        } catch (IOException e) {
            throw new TaskerException(
                    "TASKER-L104",
                    "the orders in " + file + " cannot be read (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "); name a file of one JSON order a line with --orders",
                    e);
        }
    }

    /** How many lines there are to read, without reading them as orders. */
    static long count(Path file) throws IOException {
        long lines = 0;
        try (OrderFile orders = open(file)) {
            boolean blank = true;
            for (int next = orders.in.read(); next >= 0; next = orders.in.read()) {
                if (next == '\n') {
                    lines += blank ? 0 : 1;
                    blank = true;
                } else {
                    blank &= isBlank(next);
                }
            }
            return lines + (blank ? 0 : 1);
        }
    }

    /** The next line; empty at the end. */
    Optional<OrderLine> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean tooLong = false;
        boolean blank = true;
        int next = in.read();
        while (next >= 0) {
            if (next == '\n') {
                number++;
                if (!blank) {
                    return Optional.of(line(line, tooLong));
                }
                line.reset();
                tooLong = false;
            } else {
                blank &= isBlank(next);
                tooLong |= line.size() == MAX_LINE_BYTES;
                if (!tooLong) {
                    line.write(next);
                }
            }
            next = in.read();
        }
        number++;
        return blank ? Optional.empty() : Optional.of(line(line, tooLong));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private OrderLine line(ByteArrayOutputStream bytes, boolean tooLong) {
        String text = bytes.toString(StandardCharsets.UTF_8).stripTrailing();
        boolean marked = number == 1 && text.startsWith(BYTE_ORDER_MARK);
        return new OrderLine(number, marked ? text.substring(1) : text, tooLong);
    }

    private static boolean isBlank(int character) {
        return character == ' ' || character == '\t' || character == '\r';
    }
}
