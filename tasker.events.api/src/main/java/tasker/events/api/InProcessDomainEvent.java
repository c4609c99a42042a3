package tasker.events.api;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Describe an event as a subscriber of the fast path receives it.
 *
 * <p>Immutable. The values are those of the {@link DomainEvent} that was published, without its headers.
 *
 * @param eventId the id that the event carries on every path
 * @param eventType such as {@code order.created}
 * @param payload a JSON object, unmodifiable at every level
 * @param correlationId what ties the event to the work that caused it
 * @param timestamp when it happened
 * @param source who says so
 */
public record InProcessDomainEvent(
        UUID eventId,
        String eventType,
        Map<String, @Nullable Object> payload,
        Optional<UUID> correlationId,
        Instant timestamp,
        String source) {

    /**
     * Check and copy the values.
     *
     * @throws InvalidValueException when a value is missing or out of its range
     */
    public InProcessDomainEvent(
            UUID eventId,
            String eventType,
            Map<String, @Nullable Object> payload,
            Optional<UUID> correlationId,
            Instant timestamp,
            String source) {
        this.eventId = Checks.required(eventId, "event_id");
        this.eventType = EventTypes.check(eventType, "event_type");
        this.payload = JsonObjects.copy(payload, "payload");
        this.correlationId = Checks.required(correlationId, "correlation_id");
        this.timestamp = Checks.required(timestamp, "timestamp");
        this.source = Checks.storable(source, "source", 255);
    }

    /** Take over the values of a published event; its payload is shared, not copied again. */
    public static InProcessDomainEvent of(DomainEvent event) {
        return new InProcessDomainEvent(
                event.eventId(),
                event.eventType(),
                event.payload(),
                event.correlationId(),
                event.timestamp(),
                event.source());
    }
}
