package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasker.events.api.DomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.events.api.UuidV7;

class EventMessageTests {
    private static final String ID = UuidV7.next().toString();

    @Test
    void anEventSurvivesTheRoundTrip() {
        DomainEvent event = DomainEvent.builder("order.created", "orders")
                .payload(Map.of("total", new BigDecimal("1.10"), "big", Long.MAX_VALUE))
                .correlationId(UuidV7.next())
                .header("traceparent", "00-x")
                .build();

        EventMessage message = EventMessage.of(event, "orders");

        assertThat(EventMessage.read(message.message(), message.headers())).isEqualTo(event);
    }

    @Test
    void anEventWithoutHeadersOrCorrelationHasNone() {
        EventMessage message = EventMessage.of(DomainEvent.of("order.created", Map.of(), "orders"), "orders");

        assertThat(message.headers()).isNull();
        assertThat(message.message()).doesNotContain("correlation_id");
    }

    @Test
    void whatOtherWritersAddIsAccepted() {
        String message = "{\"event_id\":\"" + ID + "\",\"event_type\":\"a.b\",\"payload\":{},\"correlation_id\":null,"
                + "\"timestamp\":\"2026-01-02T03:04:05+01:00\",\"source\":\"ruby\",\"schema_version\":2}";

        DomainEvent event = EventMessage.read(message, "{\"attempt\":3,\"none\":null,\"trace\":{\"id\":1}}");

        assertThat(event.correlationId()).isEmpty();
        assertThat(event.timestamp()).hasToString("2026-01-02T02:04:05Z");
        assertThat(event.headers()).isEqualTo(Map.of("attempt", "3", "trace", "{\"id\":1}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "event_id | 7 | is no string",
                "event_id | \"x\" | expected a UUID",
                "event_id | \"1-1-7001-8001-1\" | expected a UUID",
                "event_id | \"00000000-000-07000-8000-000000000000\" | expected a UUID",
                "event_id | \"8f14e45f-ceea-467f-9b3b-1d7b1f1b1b1b\" | version 7",
                "event_type | null | is required",
                "event_type | \"a b\" | is 'a b'",
                "payload | null | is required",
                "payload | [] | is no JSON object",
                "correlation_id | \"x\" | expected a UUID",
                "timestamp | \"yesterday\" | RFC 3339",
                "source | \"\" | must not be blank"
            })
    void aMessageThatIsNoEventNamesTheField(String field, String value, String problem) {
        String good = "{\"event_id\":\"" + ID + "\",\"event_type\":\"a.b\",\"payload\":{},\"correlation_id\":\"" + ID
                + "\",\"timestamp\":\"2026-01-02T03:04:05Z\",\"source\":\"x\"}";
        String bad = good.replaceFirst("\"" + field + "\":(\"[^\"]*\"|\\{})", "\"" + field + "\":" + value);

        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> EventMessage.read(bad, null))
                .withMessageContaining(problem)
                .returns(field, InvalidValueException::field);
    }
}
