package tasker.observability.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.nativecore.json.Json;

/**
 * Ask for one event to be published.
 *
 * @param event the event, with the id that the client chose or a new one
 * @param mode the paths that it takes
 */
record PublishRequest(DomainEvent event, DeliveryMode mode) {
    private static final Set<String> FIELDS = Set.of("event_id", "event_type", "payload", "mode", "correlation_id");

    /**
     * Read a request.
     *
     * @throws InvalidValueException when the bytes are no such request; it names the field
     */
    static PublishRequest parse(byte[] json, String source) {
        Map<String, @Nullable Object> body = Json.object(decode(json));
        for (String field : body.keySet()) {
            if (!FIELDS.contains(field)) {
                throw new InvalidValueException(
                        field, "is unknown; expected event_type, payload, mode, correlation_id or event_id");
            }
        }
        String type = text(body, "event_type")
                .orElseThrow(() -> new InvalidValueException("event_type", "is required, such as order.created"));
        DomainEvent.Builder event = DomainEvent.builder(type, source)
                .payload(payload(body.get("payload")))
                .correlationId(uuid(body, "correlation_id"));
        uuid(body, "event_id").ifPresent(event::eventId);
        return new PublishRequest(event.build(), mode(text(body, "mode").orElse("durable")));
    }

    /** Read UTF-8, and nothing else. */
    static String decode(byte[] json) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
        } catch (CharacterCodingException ignored) {
            throw new InvalidValueException("body", "is not UTF-8; send JSON as UTF-8");
        }
    }

    private static DeliveryMode mode(String text) {
        try {
            return DeliveryMode.parse(text);
        } catch (InvalidValueException ignored) {
            throw new InvalidValueException("mode", "is '" + text + "'; expected durable, fast or broadcast");
        }
    }

    private static Map<String, @Nullable Object> payload(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> members)) {
            throw new InvalidValueException("payload", "is required and must be a JSON object");
        }
        Map<String, @Nullable Object> payload = LinkedHashMap.newLinkedHashMap(members.size());
        members.forEach((key, member) -> payload.put(String.valueOf(key), member));
        return payload;
    }

    private static Optional<UUID> uuid(Map<String, @Nullable Object> body, String field) {
        return text(body, field).map(text -> {
            try {
                return Json.uuid(text);
            } catch (IllegalArgumentException ignored) {
                throw new InvalidValueException(field, "is '" + text + "'; expected a UUID of 36 characters");
            }
        });
    }

    private static Optional<String> text(Map<String, @Nullable Object> body, String field) {
        return switch (body.get(field)) {
            case null -> Optional.empty();
            case String text -> Optional.of(text);
            default -> throw new InvalidValueException(field, "must be a string");
        };
    }
}
