package tasker.bootstrap.client;

import java.util.Map;
import tasker.events.api.InvalidValueException;
import tasker.nativecore.json.Json;

/** Read why a worker refused a request: {@code {"error": {"message": …}}}, or whatever else it said. */
final class Refusal {
    private static final int MAX_LENGTH = 300;

    private Refusal() {}

    /** The reason, to follow on a sentence; empty when the worker gave none. */
    static String reason(String body) {
        if (body.isBlank()) {
            return "";
        }
        String text = body.strip().lines().findFirst().orElse("");
        try {
            if (Json.object(body).get("error") instanceof Map<?, ?> error
                    && error.get("message") instanceof String message) {
                text = message;
            }
        } catch (InvalidValueException ignored) {
            // Another server than a worker; its first line is shown as it came.
        }
        return ": " + (text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text);
    }
}
