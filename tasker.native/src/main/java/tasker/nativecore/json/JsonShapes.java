package tasker.nativecore.json;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** Name kinds of JSON values for people. */
final class JsonShapes {
    private static final Map<Class<?>, String> SHAPES = Map.of(
            String.class, "a text",
            UUID.class, "a UUID of 36 characters",
            Instant.class, "a time of RFC 3339, such as 2026-01-31T12:00:00Z",
            Duration.class, "a duration of ISO 8601, such as PT1.5S",
            boolean.class, "true or false",
            int.class, "a whole number",
            long.class, "a whole number",
            double.class, "a number");

    private JsonShapes() {}

    /** What a field of this type takes. */
    static String of(@Nullable Class<?> type) {
        if (type == null) {
            return "another value";
        }
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "));
        }
        String fallback = Collection.class.isAssignableFrom(type) ? "a list" : "an object";
        return SHAPES.getOrDefault(type, fallback);
    }

    /** What stands in the document. */
    static String of(@Nullable JsonToken token) {
        return switch (token) {
            case null -> "empty";
            case START_ARRAY, END_ARRAY -> "a list";
            case START_OBJECT, END_OBJECT, PROPERTY_NAME -> "an object";
            case VALUE_STRING -> "a text";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> "something else";
        };
    }
}
