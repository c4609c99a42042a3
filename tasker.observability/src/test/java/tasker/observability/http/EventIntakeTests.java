package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.PublishException;
import tasker.events.api.TaskerException;
import tasker.events.api.UuidV7;
import tasker.events.api.spi.EventPoller;

class EventIntakeTests {
    @RegisterExtension
    final HttpFixture fixture = new HttpFixture();

    private final TestWorker worker = fixture.worker;
    private URI server = URI.create("http://unset");

    @BeforeEach
    void start() {
        server = fixture.start();
    }

    @Test
    void theTraceOfTheRequestGoesIntoTheEventAndAMalformedOneDoesNot() throws IOException {
        String parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        String body = "{\"event_type\": \"order.created\", \"payload\": {}}";
        String json = "Content-Type: application/json";

        HttpReply.post(server, "/events", body, json, "traceparent: " + parent, "tracestate: a=b", "tracestate: c=d");
        HttpReply.post(server, "/events", body, json, "traceparent: 00-x", "tracestate: a=b");
        HttpReply.post(server, "/events", body, json, "traceparent: " + parent, "traceparent: " + parent);

        assertThat(worker.committed)
                .extracting(DomainEvent::headers)
                .containsExactly(Map.of("traceparent", parent, "tracestate", "a=b,c=d"), Map.of(), Map.of());
    }

    @Test
    void aDurableEventIsCommittedBeforeTheAnswer() throws IOException {
        UUID correlation = UUID.randomUUID();

        HttpReply reply = post("""
                {"event_type": "order.created", "payload": {"order": 7, "lines": [{"sku": "ä"}], "note": null},
                 "mode": "durable", "correlation_id": "%s"}""".formatted(correlation));

        assertThat(reply.status()).isEqualTo(201);
        DomainEvent event = worker.committed.getFirst();
        assertThat(reply.json()).isEqualTo(Map.of("event_id", event.eventId().toString(), "mode", "durable"));
        assertThat(event.eventType()).isEqualTo("order.created");
        assertThat(event.source()).isEqualTo("worker-1");
        assertThat(event.correlationId()).contains(correlation);
        assertThat(event.payload()).containsEntry("order", 7).containsEntry("note", null);
        assertThat(event.payload().get("lines")).isEqualTo(List.of(Map.of("sku", "ä")));
    }

    @ParameterizedTest
    @CsvSource({"durable, 201, 1, 0", "fast, 202, 0, 1", "broadcast, 201, 1, 1"})
    void theModeChoosesThePathsAndTheAnswer(String mode, int status, int durable, int fast) throws IOException {
        try (EventPoller poller = worker.channel.subscribe(EventPattern.all())) {
            HttpReply reply = post("{\"event_type\":\"order.created\",\"payload\":{},\"mode\":\"" + mode + "\"}");

            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.json()).containsEntry("mode", mode);
            assertThat(worker.committed).hasSize(durable);
            assertThat(poller.poll().stream().toList()).hasSize(fast);
        }
    }

    @Test
    void theModeIsDurableWhenNothingIsSaid() throws IOException {
        assertThat(post("{\"event_type\":\"a\",\"payload\":{}}").json()).containsEntry("mode", "durable");
        assertThat(worker.committed).hasSize(1);
    }

    @Test
    void aRetryMayCarryTheIdOfTheFirstAttempt() throws IOException {
        UUID id = UuidV7.next();

        HttpReply reply = post("{\"event_id\":\"" + id + "\",\"event_type\":\"a\",\"payload\":{}}");

        assertThat(reply.json()).containsEntry("event_id", id.toString());
        assertThat(worker.committed.getFirst().eventId()).isEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"payload\":{}} | event_type",
                "{\"event_type\":7,\"payload\":{}} | event_type",
                "{\"event_type\":\"order..created\",\"payload\":{}} | event_type",
                "{\"event_type\":\"a\"} | payload",
                "{\"event_type\":\"a\",\"payload\":[1]} | payload",
                "{\"event_type\":\"a\",\"payload\":\"x\"} | payload",
                "{\"event_type\":\"a\",\"payload\":{},\"mode\":\"both\"} | mode",
                "{\"event_type\":\"a\",\"payload\":{},\"correlation_id\":\"x\"} | correlation_id",
                "{\"event_type\":\"a\",\"payload\":{},\"correlation_id\":\"1-1-1-1-1\"} | correlation_id",
                "{\"event_type\":\"a\",\"payload\":{},\"event_id\":\"00000000-0000-4000-8000-000000000000\"} | event_id",
                "{\"event_type\":\"a\",\"payload\":{},\"paylod\":{}} | paylod"
            })
    void aBadFieldIs400AndNamed(String body, String field) throws IOException {
        HttpReply reply = post(body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("TASKER-V101");
        assertThat(error(reply).get("field")).isEqualTo(field);
        assertThat(worker.committed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "7", "null", "{\"event_type\":\"a\"} {}", "not json", ""})
    void whatIsNoJsonObjectIs400(String body) throws IOException {
        HttpReply reply = post(body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("TASKER-V101");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""})
    void whatIsNotDeclaredAsJsonIs415(String type) throws IOException {
        HttpReply reply =
                HttpReply.post(server, "/events", "{\"event_type\":\"a\",\"payload\":{}}", "Content-Type: " + type);

        assertThat(reply.status()).isEqualTo(415);
        assertThat(reply.code()).isEqualTo("TASKER-H109");
        assertThat(worker.committed).isEmpty();
    }

    @Test
    void theLargestPayloadFits() throws IOException {
        int room = DomainEvent.MAX_PAYLOAD_BYTES - "{\"text\":\"\"}".length();

        HttpReply reply =
                post("{\"event_type\":\"a\",\"payload\":{\"text\":\"" + "x".repeat(room) + "\"},\"mode\":\"fast\"}");

        assertThat(reply.status()).isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_200_000, 4_000_000})
    void aBodyThatIsTooLargeIs413(int size) throws IOException {
        HttpReply reply = post("{\"event_type\":\"a\",\"payload\":{\"text\":\"" + "x".repeat(size) + "\"}}");

        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.code()).isEqualTo("TASKER-H108");
        assertThat(worker.committed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFailedPublishIs503AndSaysWhetherItMayHaveBeenWritten(boolean mayHaveBeenWritten) throws IOException {
        worker.durable = event -> {
            throw new PublishException("TASKER-Q999", "the database went away", mayHaveBeenWritten, null);
        };

        HttpReply reply = post("{\"event_type\":\"a\",\"payload\":{}}");

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.code()).isEqualTo("TASKER-Q999");
        assertThat(error(reply).get("may_have_been_written")).isEqualTo(mayHaveBeenWritten);
        assertThat(UUID.fromString(String.valueOf(error(reply).get("event_id"))).version())
                .isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({"TASKER-W201, 501", "TASKER-W202, 503"})
    void aPathThatIsNotThereIsToldFromAWorkerThatIsNotRunning(String code, int status) throws IOException {
        worker.durable = event -> {
            throw new TaskerException(code, "cannot publish");
        };

        HttpReply reply = post("{\"event_type\":\"a\",\"payload\":{}}");

        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.code()).isEqualTo(code);
    }

    private static Map<?, ?> error(HttpReply reply) {
        return (Map<?, ?>) reply.json().getOrDefault("error", Map.of());
    }

    private HttpReply post(String body) throws IOException {
        return HttpReply.post(server, "/events", body, "Content-Type: application/json; charset=utf-8");
    }
}
