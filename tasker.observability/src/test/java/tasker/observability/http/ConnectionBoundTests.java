package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** As many slow clients as there may be connections, and more. */
@Timeout(300)
class ConnectionBoundTests {
    private static final List<String> BEGINNINGS = List.of("", "GET /health HTTP/1.1\r\nHost: localho");

    @RegisterExtension
    final HttpFixture fixture = new HttpFixture();

    private final List<Socket> slow = new ArrayList<>();
    private URI server = URI.create("http://127.0.0.1");
    private int bound;

    @BeforeEach
    void start() {
        server = fixture.start();
        bound = Integer.getInteger("jdk.httpserver.maxConnections");
    }

    @AfterEach
    void closeAll() throws IOException {
        for (Socket socket : slow) {
            socket.close();
        }
        slow.clear();
    }

    @Test
    void probesAreAnsweredToTheLastConnectionAndAgainOnceOneIsFree() throws IOException {
        while (slow.size() < bound - 1) {
            open();
            if (slow.size() % 128 == 0) {
                assertThat(isLive()).as("with %d slow clients", slow.size()).isTrue();
            }
        }
        TestWorker.await("the last place is taken by a probe", this::isLive);
        assertThat(requestThreads()).isLessThanOrEqualTo(RequestThreads.QUICK_THREADS + RequestThreads.LASTING_THREADS);
        // The place of a probe is free a moment after its answer, and the next to come has it.
        TestWorker.await("every place is taken", () -> {
            open();
            return !isLive();
        });

        slow.removeFirst().close();

        TestWorker.await("the place is free", this::isLive);
    }

    @Test
    void allIsGivenBackOnceTheyAreGone() throws IOException {
        for (int round = 0; round < 2; round++) {
            TestWorker.await("every place is taken", () -> {
                for (int i = 0; i < 100; i++) {
                    open();
                }
                return !isLive();
            });
            assertThat(slow).as("places of the round before are free").hasSizeGreaterThanOrEqualTo(bound - 1);
            closeAll();
            TestWorker.await("it answers", this::isLive);
        }

        fixture.http.close();

        TestWorker.await("no thread is left", () -> requestThreads() == 0);
    }

    private void open() {
        try {
            Socket socket = new Socket(server.getHost(), server.getPort());
            slow.add(socket);
            socket.getOutputStream()
                    .write(BEGINNINGS.get(slow.size() % BEGINNINGS.size()).getBytes(StandardCharsets.US_ASCII));
        } catch (SocketException ignored) {
            // It was hung up on, as there was no place.
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private boolean isLive() {
        try {
            return HttpReply.get(server, "/health/live").status() == 200;
        } catch (IOException ignored) {
            return false;
        }
    }

    private static long requestThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("tasker-http-(lasting-)?\\d+"))
                .count();
    }
}
