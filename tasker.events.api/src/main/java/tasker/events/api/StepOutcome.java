package tasker.events.api;

import java.time.Duration;
import java.time.Instant;

/**
 * Record a step that has ended.
 *
 * @param request what was asked for
 * @param result how it ended
 * @param executionTime how long its handler ran
 * @param endedAt when it ended, to the microsecond
 */
public record StepOutcome(StepRequest request, StepResult result, Duration executionTime, Instant endedAt) {
    /**
     * Check the values.
     *
     * @throws InvalidValueException when a value is missing, the time is negative, or the end is out of range
     */
    public StepOutcome {
        Checks.required(request, "request");
        Checks.required(result, "result");
        Checks.atLeast(Checks.required(executionTime, "execution_time").toNanos(), "execution_time", 0);
        endedAt = Timestamps.toMicros(Checks.required(endedAt, "ended_at"), "ended_at");
    }
}
