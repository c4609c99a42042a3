package tasker.events.api.spi;

import java.time.Duration;
import java.util.Optional;
import tasker.events.api.InvalidValueException;

/**
 * Choose what a consumer reads and how.
 *
 * @param queue the queue to read; empty for the worker's own events
 * @param visibilityTimeout how long a received event stays hidden from others, 1 second to 12 hours, in whole seconds
 * @param maxReads an event that would be read more often than this goes to the dead letters instead, at least 1
 */
public record ConsumerOptions(Optional<String> queue, Duration visibilityTimeout, int maxReads) {
    /**
     * Check the values.
     *
     * @throws InvalidValueException when a value is out of its range
     */
    public ConsumerOptions {
        long seconds = visibilityTimeout.toSeconds();
        if (seconds < 1 || seconds > Duration.ofHours(12).toSeconds() || visibilityTimeout.toNanosPart() != 0) {
            throw new InvalidValueException(
                    "visibility_timeout", "is " + visibilityTimeout + "; expected 1 to 43200 whole seconds");
        }
        if (maxReads < 1) {
            throw new InvalidValueException("max_reads", "is " + maxReads + "; at least 1 is required");
        }
    }

    /** Read the worker's own events, hidden for 30 seconds, at most 5 times each. */
    public static ConsumerOptions defaults() {
        return new ConsumerOptions(Optional.empty(), Duration.ofSeconds(30), 5);
    }
}
