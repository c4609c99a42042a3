package tasker.events.api;

import org.jspecify.annotations.Nullable;

/**
 * Report a failure with a stable code that a person can search for.
 *
 * <p>The message starts with the code and says what happened, where it came from and what to do. All codes are on one
 * page, {@code docs/errors.md}. Unless a subclass says otherwise, retrying without a change does not help.
 */
public class TaskerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    /** Build from a code such as {@code TASKER-C101} and a message without the code. */
    public TaskerException(String code, String message) {
        this(code, message, null);
    }

    /** Build from a code, a message without the code, and what caused it. */
    public TaskerException(String code, String message, @Nullable Throwable cause) {
        super(code + " " + message, cause);
        this.code = code;
    }

    /** The stable code, {@code TASKER-} followed by a letter and three digits. */
    public final String code() {
        return code;
    }
}
