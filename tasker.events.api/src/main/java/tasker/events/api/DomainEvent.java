package tasker.events.api;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Describe something that happened.
 *
 * <p>Immutable: the payload and the headers are checked and deeply copied when the event is built.
 *
 * @param eventId a UUID of version 7, the same on every path that the event takes
 * @param eventType one to 255 characters: segments of letters, digits, {@code _} and {@code -}, separated by dots, such
 *     as {@code order.created}
 * @param payload a JSON object: strings, booleans, finite numbers, {@code null}, lists and maps of these; no text holds
 *     U+0000; at most {@value #MAX_PAYLOAD_BYTES} bytes as UTF-8 JSON, at most {@value #MAX_PAYLOAD_DEPTH} levels deep
 * @param correlationId what ties the event to the work that caused it
 * @param timestamp when it happened, to the microsecond, which is what every store keeps
 * @param source who says so, 1 to 255 characters, such as {@code orders-worker}
 * @param headers transport metadata such as {@code traceparent}; names of 1 to 128 characters, at most
 *     {@value #MAX_HEADERS_LENGTH} characters together
 */
public record DomainEvent(
        UUID eventId,
        String eventType,
        Map<String, @Nullable Object> payload,
        Optional<UUID> correlationId,
        Instant timestamp,
        String source,
        Map<String, String> headers) {

    /** The largest payload, in bytes of UTF-8 JSON without white space: 1 MiB. */
    public static final int MAX_PAYLOAD_BYTES = 1_048_576;

    /** How deep lists and maps may be nested in a payload. */
    public static final int MAX_PAYLOAD_DEPTH = 64;

    /** The most characters that names and values of all headers may have together. */
    public static final int MAX_HEADERS_LENGTH = 16_384;

    private static final int MAX_NAME = 255;

    /**
     * Check and copy the values.
     *
     * @throws InvalidValueException when a value is missing or out of its range
     */
    public DomainEvent(
            UUID eventId,
            String eventType,
            Map<String, @Nullable Object> payload,
            Optional<UUID> correlationId,
            Instant timestamp,
            String source,
            Map<String, String> headers) {
        this.eventId = Checks.required(eventId, "event_id");
        if (eventId.version() != 7) {
            throw new InvalidValueException("event_id", "is " + eventId + "; a UUID of version 7 is required");
        }
        this.eventType = EventTypes.check(eventType, "event_type");
        this.payload = JsonObjects.copy(payload, "payload");
        this.correlationId = Checks.required(correlationId, "correlation_id");
        this.timestamp = Timestamps.toMicros(Checks.required(timestamp, "timestamp"), "timestamp");
        this.source = Checks.storable(source, "source", MAX_NAME);
        this.headers = checkedHeaders(headers);
    }

    /** Build an event of now with a new id, no correlation id and no headers. */
    public static DomainEvent of(String eventType, Map<String, ? extends @Nullable Object> payload, String source) {
        return builder(eventType, source).payload(payload).build();
    }

    /** Start an event of now with a new id and an empty payload. */
    public static Builder builder(String eventType, String source) {
        return new Builder(eventType, source);
    }

    /** The trace context in the headers; empty when there is none, or a malformed one. */
    public Optional<TraceContext> trace() {
        return headers.isEmpty() ? Optional.empty() : TraceContext.of(headers);
    }

    /** The same event in this trace context; in the one that it has when the headers have no room for another. */
    public DomainEvent withTrace(TraceContext context) {
        Map<String, String> changed = new LinkedHashMap<>(headers);
        changed.remove(TraceContext.TRACESTATE);
        changed.putAll(context.headers());
        int length = 0;
        for (Map.Entry<String, String> header : changed.entrySet()) {
            length += header.getKey().length() + header.getValue().length();
        }
        return length > MAX_HEADERS_LENGTH
                ? this
                : new DomainEvent(eventId, eventType, payload, correlationId, timestamp, source, changed);
    }

    private static Map<String, String> checkedHeaders(@Nullable Map<String, String> headers) {
        Map<String, String> copy = Checks.copy(headers, "headers");
        int length = 0;
        for (Map.Entry<String, String> header : copy.entrySet()) {
            Checks.storable(header.getKey(), "headers", 128);
            JsonText.utf8Length(header.getValue(), "headers." + header.getKey());
            length += header.getKey().length() + header.getValue().length();
        }
        if (length > MAX_HEADERS_LENGTH) {
            throw new InvalidValueException(
                    "headers", "have " + length + " characters; at most " + MAX_HEADERS_LENGTH + " are allowed");
        }
        return copy;
    }

    /** Collect the parts of an event; for use by one thread. */
    public static final class Builder {
        private final String eventType;
        private final String source;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private @Nullable UUID eventId;
        private Map<String, ? extends @Nullable Object> payload = Map.of();
        private Optional<UUID> correlationId = Optional.empty();
        private @Nullable Instant timestamp;

        private Builder(String eventType, String source) {
            this.eventType = eventType;
            this.source = source;
        }

        /** Use this id, a UUID of version 7, instead of a new one. */
        public Builder eventId(UUID value) {
            eventId = value;
            return this;
        }

        /** Carry this JSON object; it is copied by {@link #build()}. */
        public Builder payload(Map<String, ? extends @Nullable Object> value) {
            payload = value;
            return this;
        }

        /** Tie the event to the work that caused it. */
        public Builder correlationId(UUID value) {
            correlationId = Optional.of(value);
            return this;
        }

        /** Tie the event to the work that caused it, where that is known. */
        public Builder correlationId(Optional<UUID> value) {
            correlationId = value;
            return this;
        }

        /** Use this time instead of the time of {@link #build()}. */
        public Builder timestamp(Instant value) {
            timestamp = value;
            return this;
        }

        /** Add one header. */
        public Builder header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        /** Tie the event to this trace, where there is one, by the headers that carry it. */
        public Builder trace(Optional<TraceContext> value) {
            value.ifPresent(context -> headers.putAll(context.headers()));
            return this;
        }

        /** Add these headers. */
        public Builder headers(Map<String, String> values) {
            headers.putAll(values);
            return this;
        }

        /**
         * Build the event.
         *
         * @throws InvalidValueException when a value is missing or out of its range
         */
        public DomainEvent build() {
            return new DomainEvent(
                    eventId == null ? UuidV7.next() : eventId,
                    eventType,
                    JsonObjects.view(payload),
                    correlationId,
                    timestamp == null ? Instant.now() : timestamp,
                    source,
                    headers);
        }
    }
}
