package tasker.events.api;

import tasker.events.api.StepResult.FailureKind;

/**
 * End a step as a failure of a chosen kind, from anywhere in a handler ({@code TASKER-S101}).
 *
 * <p>Another attempt of the step can help when the {@linkplain #kind() kind} is retryable.
 */
public final class StepFailedException extends TaskerException {
    private static final long serialVersionUID = 1L;

    private final FailureKind kind;

    /** Build from the kind of failure and the reason. */
    public StepFailedException(FailureKind kind, String reason) {
        super("TASKER-S101", reason);
        this.kind = kind;
    }

    /** Whether another attempt can help. */
    public FailureKind kind() {
        return kind;
    }
}
