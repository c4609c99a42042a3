package tasker.events.api;

import java.time.Duration;
import java.util.Optional;

/**
 * Bound one step: how often it is tried, for how long, and how long the worker waits in between.
 *
 * <p>After a failure that another attempt may not meet ({@link StepResult.FailureKind#RETRYABLE} or {@code TIMEOUT})
 * the step is tried again. The wait is the retry delay after the first failure and twice as long after each further
 * one, up to the longest; up to a half of it is taken off at random, so that steps which failed together do not come
 * back together. A step whose handler ignored its interrupt is not tried again, since that handler still runs.
 *
 * @param maxAttempts the last attempt that is made, counted by {@link StepRequest#attempt()}, 1 to 1,000
 * @param timeout how long one attempt may run, 1 ms to 24 hours; empty for the handler's own limit
 * @param retryDelay the wait after the first failure, up to 24 hours
 * @param maxRetryDelay the longest wait, up to 24 hours
 */
public record StepLimits(int maxAttempts, Optional<Duration> timeout, Duration retryDelay, Duration maxRetryDelay) {
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final StepLimits ONCE =
            new StepLimits(1, Optional.empty(), Duration.ofSeconds(1), Duration.ofMinutes(1));

    /**
     * Check the values.
     *
     * @throws InvalidValueException when a value is missing or out of its range
     */
    public StepLimits {
        Checks.inRange(maxAttempts, "max_attempts", 1, 1_000);
        Checks.required(timeout, "timeout_ms").ifPresent(limit -> inRange(limit, "timeout_ms", Duration.ofMillis(1)));
        inRange(Checks.required(retryDelay, "retry_delay_ms"), "retry_delay_ms", Duration.ZERO);
        inRange(Checks.required(maxRetryDelay, "max_retry_delay_ms"), "max_retry_delay_ms", Duration.ZERO);
    }

    /** Try a step once, for as long as its handler says. */
    public static StepLimits once() {
        return ONCE;
    }

    /** Try a step up to this often, waiting 1 second after the first failure and at most 1 minute. */
    public static StepLimits attempts(int maxAttempts) {
        return new StepLimits(maxAttempts, ONCE.timeout, ONCE.retryDelay, ONCE.maxRetryDelay);
    }

    /** The same limits with this time for each attempt. */
    public StepLimits withTimeout(Duration limit) {
        return new StepLimits(maxAttempts, Optional.of(limit), retryDelay, maxRetryDelay);
    }

    /** The same limits with these waits between attempts. */
    public StepLimits withRetryDelays(Duration first, Duration longest) {
        return new StepLimits(maxAttempts, timeout, first, longest);
    }

    private static void inRange(Duration value, String field, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
            throw new InvalidValueException(
                    field, "is " + value + "; expected " + least.toMillis() + " to " + LONGEST.toMillis() + " ms");
        }
    }
}
