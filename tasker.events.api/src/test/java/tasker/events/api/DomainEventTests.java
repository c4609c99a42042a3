package tasker.events.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DomainEventTests {
    @Test
    void anEventOfNowHasANewId() {
        Instant before = Instant.now().minusSeconds(1);
        DomainEvent first = DomainEvent.of("order.created", Map.of("total", 3), "orders");
        DomainEvent second = DomainEvent.of("order.created", Map.of("total", 3), "orders");

        assertThat(first.eventId().version()).isEqualTo(7);
        assertThat(first.eventId()).isNotEqualTo(second.eventId());
        assertThat(first.timestamp()).isBetween(before, Instant.now());
        assertThat(first.correlationId()).isEmpty();
        assertThat(first.headers()).isEmpty();
    }

    @Test
    void theBuilderSetsEverything() {
        UUID id = UuidV7.next();
        UUID correlationId = UUID.randomUUID();
        Instant time = Instant.parse("2026-01-31T12:00:00.123456789Z");

        DomainEvent event = DomainEvent.builder("order.created", "orders")
                .eventId(id)
                .payload(Map.of("total", 3))
                .correlationId(correlationId)
                .timestamp(time)
                .header("a", "1")
                .headers(Map.of("b", "2"))
                .build();

        assertThat(event)
                .isEqualTo(new DomainEvent(
                        id,
                        "order.created",
                        Payloads.of("total", 3),
                        Optional.of(correlationId),
                        Instant.parse("2026-01-31T12:00:00.123456Z"),
                        "orders",
                        Map.of("a", "1", "b", "2")));
        assertThat(DomainEvent.builder("a", "b")
                        .correlationId(Optional.of(id))
                        .build()
                        .correlationId())
                .contains(id);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"a", "order.created", "Order_2.line-item.X", "0.1"})
    void typesAreNamesSeparatedByDots(String type) {
        assertThat(DomainEvent.of(type, Map.of(), "s").eventType()).isEqualTo(type);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", " ", ".", "a.", ".a", "a..b", "a b", "a.*", "a.#", "é", "a\n", "a/b"})
    void otherTypesAreRefused(String type) {
        assertRefused("event_type", () -> DomainEvent.of(type, Map.of(), "s"));
    }

    @Test
    void typesAndSourcesHaveABound() {
        String longest = "a".repeat(255);
        DomainEvent event = DomainEvent.of(longest, Map.of(), longest);

        assertThat(event.eventType()).isEqualTo(event.source());
        assertRefused("event_type", () -> DomainEvent.of(longest + "a", Map.of(), "s"));
        assertRefused("source", () -> DomainEvent.of("a", Map.of(), longest + "a"));
        assertRefused("source", () -> DomainEvent.of("a", Map.of(), " "));
    }

    @Test
    void anIdOfAnotherVersionIsRefused() {
        UUID random = UUID.randomUUID();

        assertThatThrownBy(() -> DomainEvent.builder("a", "s").eventId(random).build())
                .hasMessage("TASKER-V101 'event_id' is " + random + "; a UUID of version 7 is required");
    }

    @Test
    void whatIsMissingIsNamed() {
        UUID id = UuidV7.next();
        Instant now = Instant.now();
        Optional<UUID> none = Optional.empty();

        assertRefused(
                "event_id",
                () -> new DomainEvent(Payloads.missing(), "a", Payloads.of("k", 1), none, now, "s", Map.of()));
        assertRefused(
                "event_type",
                () -> new DomainEvent(id, Payloads.missing(), Payloads.of("k", 1), none, now, "s", Map.of()));
        assertRefused("payload", () -> new DomainEvent(id, "a", Payloads.missing(), none, now, "s", Map.of()));
        assertRefused(
                "correlation_id",
                () -> new DomainEvent(id, "a", Payloads.of("k", 1), Payloads.missing(), now, "s", Map.of()));
        assertRefused(
                "timestamp",
                () -> new DomainEvent(id, "a", Payloads.of("k", 1), none, Payloads.missing(), "s", Map.of()));
        assertRefused(
                "source", () -> new DomainEvent(id, "a", Payloads.of("k", 1), none, now, Payloads.missing(), Map.of()));
        assertRefused(
                "headers", () -> new DomainEvent(id, "a", Payloads.of("k", 1), none, now, "s", Payloads.missing()));
    }

    @Test
    void timesLieInTheYearsThatEveryStoreKnows() {
        assertThat(at("0000-01-01T00:00:00Z")).isEqualTo(Instant.parse("0000-01-01T00:00:00Z"));
        assertThat(at("9999-12-31T23:59:59.999999999Z")).isEqualTo(Instant.parse("9999-12-31T23:59:59.999999Z"));
        assertRefused("timestamp", () -> at("-0001-12-31T23:59:59Z"));
        assertRefused("timestamp", () -> at("+10000-01-01T00:00:00Z"));
    }

    @Test
    void headersAreBounded() {
        DomainEvent.Builder event = DomainEvent.builder("a", "s").header("n", "v".repeat(16_383));

        assertThat(event.build().headers()).hasSize(1);
        event.header("m", "");
        assertThatThrownBy(event::build)
                .hasMessage("TASKER-V101 'headers' have 16385 characters; at most 16384 are allowed");
        assertRefused(
                "headers", () -> DomainEvent.builder("a", "s").header(" ", "").build());
        assertRefused(
                "headers",
                () -> DomainEvent.builder("a", "s").header("n".repeat(129), "").build());
        assertRefused(
                "headers",
                () -> DomainEvent.builder("a", "s")
                        .header("n", Payloads.missing())
                        .build());
    }

    @Test
    void laterChangesOfWhatWasHandedOverDoNotReachTheEvent() {
        List<Object> lines = new ArrayList<>(List.of("first"));
        Map<String, Object> payload = new HashMap<>(Map.of("lines", lines));
        Map<String, String> headers = new HashMap<>(Map.of("a", "1"));
        DomainEvent event =
                DomainEvent.builder("a", "s").payload(payload).headers(headers).build();

        lines.add("second");
        payload.put("more", 1);
        headers.put("b", "2");

        assertThat(event.payload()).isEqualTo(Map.of("lines", List.of("first")));
        assertThat(event.headers()).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void nothingInAnEventCanBeChanged() {
        DomainEvent event = DomainEvent.builder("a", "s")
                .payload(Map.of("list", List.of(1), "object", Map.of("k", 1)))
                .header("h", "1")
                .build();

        assertUnmodifiable(event.payload());
        assertThat(event.payload().get("object"))
                .isInstanceOfSatisfying(
                        Map.class,
                        object -> assertThatThrownBy(object::clear).isInstanceOf(UnsupportedOperationException.class));
        assertThat(event.payload().get("list"))
                .isInstanceOfSatisfying(
                        List.class,
                        list -> assertThatThrownBy(list::clear).isInstanceOf(UnsupportedOperationException.class));
        assertThatThrownBy(() -> event.headers().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aSubscriberSeesTheSameValues() {
        DomainEvent event = DomainEvent.builder("a.b", "s")
                .payload(Map.of("k", "v"))
                .correlationId(UUID.randomUUID())
                .header("h", "1")
                .build();
        InProcessDomainEvent received = InProcessDomainEvent.of(event);

        assertThat(received.eventId()).isEqualTo(event.eventId());
        assertThat(received.eventType()).isEqualTo("a.b");
        assertThat(received.payload()).isSameAs(event.payload());
        assertThat(received.correlationId()).isEqualTo(event.correlationId());
        assertThat(received.timestamp()).isEqualTo(event.timestamp());
        assertThat(received.source()).isEqualTo("s");
    }

    private static Instant at(String time) {
        return DomainEvent.builder("a", "s")
                .timestamp(Instant.parse(time))
                .build()
                .timestamp();
    }

    private static void assertUnmodifiable(Map<String, ?> map) {
        assertThatThrownBy(map::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> map.remove("list")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> map.entrySet().iterator().next().setValue(Payloads.missing()))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    static void assertRefused(String field, ThrowingCallable call) {
        InvalidValueException refusal = catchThrowableOfType(InvalidValueException.class, call);
        assertThat(refusal).as("the refusal of %s", field).isNotNull();
        assertThat(refusal.field()).isEqualTo(field);
        assertThat(refusal.code()).isEqualTo("TASKER-V101");
        assertThat(refusal).hasMessage("TASKER-V101 '" + field + "' " + refusal.problem());
    }
}
