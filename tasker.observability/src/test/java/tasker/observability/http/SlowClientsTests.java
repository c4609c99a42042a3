package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tasker.events.api.DomainEvent;
import tasker.events.api.InProcessDomainEvent;

@Timeout(300)
class SlowClientsTests {
    @RegisterExtension
    final HttpFixture fixture = new HttpFixture(new HttpObservability(Duration.ofMillis(200)));

    /** Its limit is long enough for one write on a machine that is busy with other things. */
    @RegisterExtension
    final HttpFixture patient = new HttpFixture(new HttpObservability(Duration.ofSeconds(3)));

    @Test
    void aFollowerThatReadsNothingIsCutOffAndGivesItsPlaceBack() throws IOException {
        URI server = fixture.start();
        try (Socket deaf = send(server, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            TestChannel channel = fixture.worker.channel;
            TestWorker.await("it is subscribed", () -> channel.subscribers() == 1);
            String text = "x".repeat(500_000);

            TestWorker.await("it is cut off", () -> {
                channel.publish(InProcessDomainEvent.of(DomainEvent.of("a", Map.of("text", text), "test")));
                return channel.subscribers() == 0;
            });

            assertThat(deaf.isConnected()).isTrue();
        }
        assertThat(HttpReply.get(server, "/health").status()).isEqualTo(200);
    }

    @Test
    void aBodyThatNeverArrivesIsNotWaitedFor() throws IOException {
        URI server = fixture.start();
        try (Socket slow = send(
                server,
                "POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")) {
            assertThat(readsToTheEnd(slow)).isTrue();
        }
        assertThat(fixture.worker.committed).isEmpty();
    }

    @Test
    void aFollowerThatIsOnlyIdleStays() throws IOException {
        URI server = patient.start("heartbeat-ms", "4000");
        try (Socket idle = send(server, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            StringBuilder seen = new StringBuilder();
            while (seen.indexOf(": alive\n\n") == seen.lastIndexOf(": alive\n\n")) {
                int c = idle.getInputStream().read();
                assertThat(c).isNotNegative();
                seen.append((char) c);
            }
            assertThat(seen).contains(": subscribed");
        }
    }

    private static Socket send(URI server, String request) throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout(60_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static boolean readsToTheEnd(Socket socket) throws IOException {
        try {
            return socket.getInputStream().readAllBytes().length == 0;
        } catch (SocketException ignored) {
            // A reset is an end too.
            return true;
        }
    }
}
