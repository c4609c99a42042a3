package tasker.events.pgmq;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tasker.events.api.DomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.nativecore.json.Json;

/**
 * Write an event as a message of a fleet's queues, and read it back.
 *
 * <p>The message is {@code {event_id, event_type, payload, correlation_id, timestamp, source, namespace}}, the same in
 * every language; the event's headers are the message's headers.
 *
 * @param message the message as JSON
 * @param headers its headers as JSON; {@code null} when it has none
 */
record EventMessage(String message, @Nullable String headers) {
    static EventMessage of(DomainEvent event, String namespace) {
        Map<String, @Nullable Object> message = new LinkedHashMap<>();
        // In the order in which jsonb keeps keys, by length and then by bytes, so that the server has nothing to sort.
        message.put("source", event.source());
        message.put("payload", event.payload());
        message.put("event_id", event.eventId().toString());
        message.put("namespace", namespace);
        message.put("timestamp", event.timestamp().toString());
        message.put("event_type", event.eventType());
        event.correlationId().ifPresent(id -> message.put("correlation_id", id.toString()));
        return new EventMessage(Json.text(message), event.headers().isEmpty() ? null : Json.text(event.headers()));
    }

    /** How many characters go to the database. */
    long length() {
        return message.length() + (headers == null ? 0L : headers.length());
    }

    /**
     * Read a message as an event. Fields that an event does not have are ignored, for messages of newer writers.
     *
     * @throws InvalidValueException when the message is no event; it names the field
     */
    static DomainEvent read(@Nullable String message, @Nullable String headers) {
        if (message == null) {
            throw new InvalidValueException("message", "is required");
        }
        Map<String, @Nullable Object> fields = Json.object(message);
        DomainEvent.Builder event = DomainEvent.builder(text(fields, "event_type"), text(fields, "source"))
                .eventId(uuid(fields, "event_id"))
                .payload(object(fields.get("payload")))
                .timestamp(time(fields, "timestamp"))
                .headers(headers(headers));
        if (fields.get("correlation_id") != null) {
            event.correlationId(Optional.of(uuid(fields, "correlation_id")));
        }
        return event.build();
    }

    private static String text(Map<String, @Nullable Object> fields, String name) {
        if (fields.get(name) instanceof String text) {
            return text;
        }
        throw new InvalidValueException(name, fields.get(name) == null ? "is required" : "is no string");
    }

    private static UUID uuid(Map<String, @Nullable Object> fields, String name) {
        String text = text(fields, name);
        try {
            return Json.uuid(text);
        } catch (IllegalArgumentException ignored) {
            throw new InvalidValueException(name, "is '" + text + "'; expected a UUID");
        }
    }

    private static Instant time(Map<String, @Nullable Object> fields, String name) {
        String text = text(fields, name);
        try {
            return Rfc3339.parse(text);
        } catch (DateTimeException ignored) {
            throw new InvalidValueException(name, "is '" + text + "'; expected a time as RFC 3339 has it");
        }
    }

    @SuppressWarnings("unchecked") // A JSON object's keys are strings.
    private static Map<String, @Nullable Object> object(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        throw new InvalidValueException("payload", value == null ? "is required" : "is no JSON object");
    }

    /** What says why a message is a dead letter is not the event's own. */
    private static Map<String, String> headers(@Nullable String json) {
        Map<String, String> headers = allHeaders(json);
        headers.keySet().removeIf(name -> name.startsWith(DeadLetterHeaders.PREFIX));
        return headers;
    }

    /**
     * Read a message's headers. Values that other writers gave as numbers or objects are kept as their JSON text.
     *
     * @throws InvalidValueException when they are no JSON object
     */
    static Map<String, String> allHeaders(@Nullable String json) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (json != null && !json.equals("null")) {
            Json.object(json).forEach((name, value) -> {
                if (value != null) {
                    headers.put(name, value instanceof String text ? text : Json.text(value));
                }
            });
        }
        return headers;
    }
}
