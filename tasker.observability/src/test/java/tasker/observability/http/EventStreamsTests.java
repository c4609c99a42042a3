package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tasker.events.api.DomainEvent;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.spi.MetricId;
import tasker.nativecore.json.Json;

@Timeout(300)
class EventStreamsTests {
    @RegisterExtension
    final HttpFixture fixture = new HttpFixture();

    private final TestChannel channel = fixture.worker.channel;

    @Test
    void aClientReceivesEachEventPublishedAfterItWasAnswered() throws IOException {
        try (Stream stream = new Stream(fixture.start(), "/events")) {
            InProcessDomainEvent first = event("order.created", 1);
            InProcessDomainEvent second = event("payment.failed", 2);
            channel.publish(first);
            Sent one = stream.next();
            channel.publish(second);
            Sent two = stream.next();

            assertThat(stream.contentType).isEqualTo("text/event-stream; charset=utf-8");
            assertThat(one.event()).isEqualTo("domain_event");
            assertThat(one.id()).endsWith("-1");
            assertThat(two.id()).endsWith("-2");
            assertThat(Json.read(one.data(), InProcessDomainEvent.class)).isEqualTo(first);
            assertThat(Json.read(two.data(), InProcessDomainEvent.class)).isEqualTo(second);
        }
    }

    @Test
    void aPatternChoosesTheEvents() throws IOException {
        try (Stream stream = new Stream(fixture.start(), "/events?pattern=order.%23")) {
            channel.publish(event("payment.failed", 1));
            InProcessDomainEvent wanted = event("order.line.added", 2);
            channel.publish(wanted);

            assertThat(Json.read(stream.next().data(), InProcessDomainEvent.class))
                    .isEqualTo(wanted);
        }
    }

    @Test
    void aPatternThatIsNoneIs400() throws IOException {
        HttpReply reply = HttpReply.get(fixture.start(), "/events?pattern=order..x");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("TASKER-V101");
    }

    @Test
    void aRuntimeWithoutFastPathSaysSo() throws IOException {
        fixture.worker.hasFastPath = false;

        HttpReply reply = HttpReply.get(fixture.start(), "/events");

        assertThat(reply.status()).isEqualTo(501);
        assertThat(reply.code()).isEqualTo("TASKER-W201");
    }

    @Test
    void aClientThatFellBehindLearnsExactlyHowManyItMissed() throws IOException {
        try (Stream stream = new Stream(fixture.start(), "/events")) {
            channel.publishAtOnce(
                    IntStream.range(0, 10).mapToObj(i -> event("a", i)).toList());

            Sent missed = stream.next();
            assertThat(missed.event()).isEqualTo("missed");
            assertThat(Json.object(missed.data())).isEqualTo(Map.of("missed", 6, "total", 6));
            for (int expected = 6; expected < 10; expected++) {
                assertThat(Json.read(stream.next().data(), InProcessDomainEvent.class)
                                .payload())
                        .containsEntry("n", expected);
            }

            channel.publishAtOnce(
                    IntStream.range(0, 5).mapToObj(i -> event("a", i)).toList());
            assertThat(Json.object(stream.next().data())).isEqualTo(Map.of("missed", 1, "total", 7));
        }
    }

    @Test
    void aQuietStreamShowsThatItIsAlive() throws IOException {
        try (Stream stream = new Stream(fixture.start("heartbeat-ms", "100"), "/events")) {
            assertThat(stream.line()).isEqualTo(": alive");
        }
    }

    @Test
    void aClientThatHangsUpGivesItsPlaceBack() throws IOException {
        URI server = fixture.start("heartbeat-ms", "100", "max-event-streams", "1");
        try (Stream first = new Stream(server, "/events")) {
            HttpReply refused = HttpReply.get(server, "/events");

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.code()).isEqualTo("TASKER-H110");
            assertThat(refused.header("Retry-After")).isEqualTo("5");
            assertThat(HttpReply.get(server, "/health/live").status()).isEqualTo(200);
            assertThat(first.line()).isEqualTo(": alive");
        }
        MetricId ended = MetricId.of("tasker_http_event_streams_ended_total", "Event streams that have ended again.");
        TestWorker.await("the place is free", () -> fixture.count(ended) == 1);
        assertThat(channel.subscribers()).isZero();

        try (Stream second = new Stream(server, "/events")) {
            channel.publish(event("a", 1));
            assertThat(second.next().event()).isEqualTo("domain_event");
        }
    }

    @Test
    void streamsEndWhenTheServerStops() throws IOException {
        try (Stream stream = new Stream(fixture.start(), "/events")) {
            fixture.http.close();

            assertThat(stream.rest()).isEmpty();
            assertThat(channel.subscribers()).isZero();
        }
    }

    @Test
    void aClientThatReadsNothingHindersNobody() throws IOException {
        URI server = fixture.start();
        try (Socket deaf = new Socket(server.getHost(), server.getPort());
                Stream stream = new Stream(server, "/events")) {
            deaf.getOutputStream()
                    .write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            TestWorker.await("both are subscribed", () -> channel.subscribers() == 2);
            String text = "x".repeat(500_000);
            for (int i = 0; i < 40; i++) {
                InProcessDomainEvent event = InProcessDomainEvent.of(DomainEvent.of("a", Map.of("text", text), "test"));
                channel.publish(event);
                assertThat(Json.read(stream.next().data(), InProcessDomainEvent.class))
                        .isEqualTo(event);
            }
            assertThat(HttpReply.get(server, "/health/live").status()).isEqualTo(200);
        }
    }

    private static InProcessDomainEvent event(String type, int number) {
        return InProcessDomainEvent.of(DomainEvent.of(type, Map.of("n", number), "test"));
    }

    /** One event as it came; empty where a field was not sent. */
    private record Sent(String id, String event, String data) {}

    /** Read server-sent events as they come. */
    private static final class Stream implements AutoCloseable {
        private final HttpURLConnection connection;
        private final BufferedReader reader;
        private final String contentType;

        Stream(URI server, String target) throws IOException {
            connection = (HttpURLConnection) server.resolve(target).toURL().openConnection();
            connection.setReadTimeout(60_000);
            reader = new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
            contentType = connection.getContentType();
            assertThat(line()).isEqualTo(": subscribed");
        }

        /** The next event; comments are passed over. */
        Sent next() throws IOException {
            Map<String, String> fields = new HashMap<>();
            while (true) {
                String line = reader.readLine();
                if (line == null) {
                    throw new IOException("the stream has ended");
                }
                if (line.isEmpty() && fields.containsKey("data")) {
                    return new Sent(
                            fields.getOrDefault("id", ""),
                            fields.getOrDefault("event", ""),
                            fields.getOrDefault("data", ""));
                }
                int colon = line.indexOf(": ");
                if (colon > 0) {
                    fields.put(line.substring(0, colon), line.substring(colon + 2));
                }
            }
        }

        /** The next line that is not empty. */
        String line() throws IOException {
            String line = reader.readLine();
            while (line != null && (line.isEmpty() || line.startsWith("id: "))) {
                line = reader.readLine();
            }
            return String.valueOf(line);
        }

        /** What comes until the end, without empty lines. */
        List<String> rest() throws IOException {
            List<String> lines = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isEmpty() && !line.startsWith("id: ")) {
                    lines.add(line);
                }
            }
            return lines;
        }

        @Override
        public void close() {
            connection.disconnect();
        }
    }
}
