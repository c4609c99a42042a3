package tasker.events.api;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Build JSON objects for tests. */
final class Payloads {
    private Payloads() {}

    static Map<String, @Nullable Object> of(String key, @Nullable Object value) {
        Map<String, @Nullable Object> object = new HashMap<>();
        object.put(key, value);
        return object;
    }

    /** An object with this many levels, itself included. */
    static Map<String, @Nullable Object> nested(int levels) {
        return levels == 1 ? of("leaf", 1) : of("a", nested(levels - 1));
    }

    /** Call a record's constructor with a null that its callers are not allowed to pass. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    static <T> T missing() {
        return null;
    }
}
