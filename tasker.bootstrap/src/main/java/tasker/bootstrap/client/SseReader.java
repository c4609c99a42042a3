package tasker.bootstrap.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Read a stream of server-sent events (HTML Living Standard, 9.2.6); for use by one thread, except {@link #close()}.
 *
 * <p>Comments keep the connection alive and are skipped; ids and retry times are of no use here.
 */
public final class SseReader implements AutoCloseable {
    private final BufferedReader lines;
    private final AutoCloseable connection;

    SseReader(InputStream stream, AutoCloseable connection) {
        lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
        this.connection = connection;
    }

    /**
     * The next event, waiting for it; empty when the server has ended the stream. An event that the end cuts off is
     * left out, as the standard says.
     *
     * @throws IOException when the connection breaks
     */
    public Optional<SseEvent> next() throws IOException {
        String type = "";
        StringBuilder data = new StringBuilder();
        boolean any = false;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                if (any) {
                    return Optional.of(new SseEvent(type.isEmpty() ? "message" : type, data.toString()));
                }
                type = "";
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            if (field.equals("event")) {
                type = value;
            } else if (field.equals("data")) {
                data.append(any ? "\n" : "").append(value);
                any = true;
            }
        }
        return Optional.empty();
    }

    /** Close the connection, which ends a {@link #next()} that waits on another thread. */
    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
