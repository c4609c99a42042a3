package tasker.events.api;

import java.time.Duration;

/**
 * Record a step that has ended.
 *
 * @param request what was asked for
 * @param result how it ended
 * @param executionTime how long its handler ran
 */
public record StepOutcome(StepRequest request, StepResult result, Duration executionTime) {
    /**
     * Check the values.
     *
     * @throws InvalidValueException when a value is missing or the time is negative
     */
    public StepOutcome {
        Checks.required(request, "request");
        Checks.required(result, "result");
        Checks.atLeast(Checks.required(executionTime, "execution_time").toNanos(), "execution_time", 0);
    }
}
