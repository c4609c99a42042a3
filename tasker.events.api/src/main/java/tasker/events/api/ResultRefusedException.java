package tasker.events.api;

import org.jspecify.annotations.Nullable;

/**
 * Report that a store will never keep the result of a step ({@code TASKER-S113}).
 *
 * <p>Thrown by sources of steps; a retry with the same result fails again.
 */
public final class ResultRefusedException extends TaskerException {
    private static final long serialVersionUID = 1L;

    /** Build from the store's reason and what caused it. */
    public ResultRefusedException(String reason, @Nullable Throwable cause) {
        super("TASKER-S113", reason, cause);
    }
}
