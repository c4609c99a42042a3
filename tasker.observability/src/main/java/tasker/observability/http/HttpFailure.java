package tasker.observability.http;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasker.events.api.InvalidValueException;
import tasker.events.api.TaskerException;

/** Answer a request with an error; never logged, for it is the client's affair or was logged before. */
final class HttpFailure extends TaskerException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, Object> details;

    /** Build from a status, a code and a message without the code. */
    HttpFailure(int status, String code, String message) {
        super(code, message);
        this.status = status;
        this.details = Map.of();
    }

    /**
     * Build from a status, what went wrong behind the endpoint, and figures that tell the client more.
     *
     * @param details JSON values that stand beside the code and the message
     */
    HttpFailure(int status, TaskerException cause, Map<String, Object> details) {
        super(cause.code(), withoutCode(cause), cause);
        this.status = status;
        this.details = details;
    }

    int status() {
        return status;
    }

    /** The body of the answer. */
    Map<String, Object> body() {
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("code", code());
        error.put("message", getMessage());
        if (getCause() instanceof InvalidValueException invalid) {
            error.put("field", invalid.field());
        }
        error.putAll(details);
        return Map.of("error", error);
    }

    private static String withoutCode(TaskerException cause) {
        String message = String.valueOf(cause.getMessage());
        return message.startsWith(cause.code())
                ? message.substring(cause.code().length()).strip()
                : message;
    }
}
