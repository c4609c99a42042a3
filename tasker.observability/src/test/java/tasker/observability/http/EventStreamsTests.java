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
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "patern=order.*      | patern",
                "pattern=a&pattern=b | pattern",
                "pattern             | pattern",
                "pattern=%20         | pattern",
                "last=-1             | last",
                "last=1000001        | last",
                "last=many           | last",
                "last=99999999999    | last",
                "last                | last",
                "pattern=a&last=     | last",
                "=                   | ",
                "%70attern=..        | pattern"
            })
    void whatIsNoParameterOrNoValueOfItIs400AndNamesIt(String query, @Nullable String field) throws IOException {
        HttpReply reply = HttpReply.get(fixture.start(), "/events?" + query);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(reply.code()).isEqualTo("TASKER-V101");
        assertThat(reply.json().get("error"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("field", field == null ? "" : field);
        assertThat(channel.subscribers()).isZero();
    }

    @Test
    void aClientThatComesBackGoesOnWhereItWas() throws IOException {
        URI server = fixture.start();
        String id;
        try (Stream stream = new Stream(server, "/events")) {
            channel.publish(event("a", 1));
            id = stream.next().id();
        }
        channel.publish(event("a", 2));
        channel.publish(event("b", 3));

        try (Stream again = new Stream(server, "/events?last=3", "Last-Event-ID", id)) {
            assertThat(again.number()).isEqualTo(2);
            assertThat(again.number()).isEqualTo(3);
            channel.publish(event("a", 4));
            assertThat(again.number()).isEqualTo(4);
        }
    }

    @Test
    void aClientWhoseEventsWereOverwrittenMeanwhileLearnsHowMany() throws IOException {
        URI server = fixture.start();
        String id;
        try (Stream stream = new Stream(server, "/events")) {
            channel.publish(event("a", 0));
            id = stream.next().id();
        }
        IntStream.range(1, 11).forEach(i -> channel.publish(event("a", i)));

        try (Stream again = new Stream(server, "/events", "Last-Event-ID", id)) {
            Sent missed = again.next();
            assertThat(missed.event()).isEqualTo("missed");
            assertThat(Json.object(missed.data())).isEqualTo(Map.of("missed", 6, "total", 6));
            assertThat(again.number()).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000000-5",
                "5",
                "nonsense",
                "0-0",
                "{stream}",
                "{stream}-",
                "{stream}--5",
                "{stream}-99999999999999999999"
            })
    void anIdOfAnotherLifeOfTheWorkerIsAGap(String id) throws IOException {
        URI server = fixture.start();
        channel.publish(event("a", 1));
        String stream;
        try (Stream before = new Stream(server, "/events?last=1")) {
            stream = before.next().id().replaceAll("-.*", "");
        }

        try (Stream again = new Stream(server, "/events", "Last-Event-ID", id.replace("{stream}", stream))) {
            Sent gap = again.next();
            assertThat(gap.event()).isEqualTo("gap");
            assertThat(Json.object(gap.data())).containsOnlyKeys("reason");
            channel.publish(event("a", 2));
            assertThat(again.number()).isEqualTo(2);
        }
    }

    @Test
    void aClientThatHasSeenNothingYetStartsLikeANewOne() throws IOException {
        URI server = fixture.start();
        channel.publish(event("a", 1));

        try (Stream stream = new Stream(server, "/events", "Last-Event-ID", "")) {
            channel.publish(event("a", 2));
            assertThat(stream.number()).isEqualTo(2);
        }
    }

    @Test
    void aStreamMayBeginSomeEventsBackButNotWhereTheyAreAboutToBeOverwritten() throws IOException {
        URI server = fixture.start();
        IntStream.range(0, 10).forEach(i -> channel.publish(event("a", i)));

        try (Stream one = new Stream(server, "/events?last=1");
                Stream many = new Stream(server, "/events?last=1000000")) {
            assertThat(one.number()).isEqualTo(9);
            assertThat(many.number()).isEqualTo(8);
        }
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

        /** Open one; with a header, where a name and a value are given. */
        Stream(URI server, String target, String... header) throws IOException {
            connection = (HttpURLConnection) server.resolve(target).toURL().openConnection();
            if (header.length > 0) {
                connection.setRequestProperty(header[0], header[1]);
            }
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

        /** The number in the payload of the next event. */
        int number() throws IOException {
            Sent next = next();
            assertThat(next.event()).as(next.data()).isEqualTo("domain_event");
            return Json.read(next.data(), InProcessDomainEvent.class).payload().get("n") instanceof Integer number
                    ? number
                    : -1;
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
