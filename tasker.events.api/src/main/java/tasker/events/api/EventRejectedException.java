package tasker.events.api;

import org.jspecify.annotations.Nullable;

/**
 * Send an event to the dead letters at once, from anywhere in its handler ({@code TASKER-S107}).
 *
 * <p>For events that no other attempt can save; any other exception lets the event be handled again.
 */
public final class EventRejectedException extends TaskerException {
    private static final long serialVersionUID = 1L;

    /** Build from the reason. */
    public EventRejectedException(String reason) {
        this(reason, null);
    }

    /** Build from the reason and what caused it. */
    public EventRejectedException(String reason, @Nullable Throwable cause) {
        super("TASKER-S107", reason, cause);
    }
}
