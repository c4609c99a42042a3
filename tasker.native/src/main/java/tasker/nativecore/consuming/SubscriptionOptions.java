package tasker.nativecore.consuming;

import java.time.Duration;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.ConsumerOptions;

/**
 * Choose how a subscription works. Start from {@link #defaults()} and change what should be different.
 *
 * @param consumer what is read and how
 * @param concurrency handlers that run at once, 1 to 10,000
 * @param batchSize the most events of one read, 1 to 10,000; never more are read than handlers are free
 * @param retryDelay how long an event waits after its first failure, at least 1 ms; the wait doubles with each further
 *     one, and each is shortened by up to a half at random, so that events which failed together do not come together
 * @param maxRetryDelay the longest wait, at least {@code retryDelay} and at most 12 hours
 * @param drainTimeout how long {@link EventSubscription#close()} lets handlers finish, up to 1 hour
 */
public record SubscriptionOptions(
        ConsumerOptions consumer,
        int concurrency,
        int batchSize,
        Duration retryDelay,
        Duration maxRetryDelay,
        Duration drainTimeout) {

    private static final int MOST = 10_000;
    private static final Duration LONGEST_DELAY = Duration.ofHours(12);
    private static final Duration LONGEST_DRAIN = Duration.ofHours(1);

    /**
     * Check the values.
     *
     * @throws InvalidValueException when a value is out of its range
     */
    public SubscriptionOptions {
        check(concurrency, "concurrency");
        check(batchSize, "batch_size");
        if (retryDelay.toMillis() < 1 || retryDelay.compareTo(maxRetryDelay) > 0) {
            throw new InvalidValueException(
                    "retry_delay", "is " + retryDelay + "; expected at least 1 ms and at most " + maxRetryDelay);
        }
        if (maxRetryDelay.compareTo(LONGEST_DELAY) > 0) {
            throw new InvalidValueException("max_retry_delay", "is " + maxRetryDelay + "; at most 12 hours");
        }
        if (drainTimeout.isNegative() || drainTimeout.compareTo(LONGEST_DRAIN) > 0) {
            throw new InvalidValueException("drain_timeout", "is " + drainTimeout + "; expected 0 to 1 hour");
        }
    }

    /**
     * Read the worker's own events, handle 64 at once, read up to 100 at a time, retry after 1 second to 5 minutes, and
     * let handlers finish for up to 10 seconds.
     */
    public static SubscriptionOptions defaults() {
        return new SubscriptionOptions(
                ConsumerOptions.defaults(),
                64,
                100,
                Duration.ofSeconds(1),
                Duration.ofMinutes(5),
                Duration.ofSeconds(10));
    }

    /** Read this, in this way. */
    public SubscriptionOptions withConsumer(ConsumerOptions options) {
        return new SubscriptionOptions(options, concurrency, batchSize, retryDelay, maxRetryDelay, drainTimeout);
    }

    /** Run up to so many handlers at once. */
    public SubscriptionOptions withConcurrency(int handlers) {
        return new SubscriptionOptions(consumer, handlers, batchSize, retryDelay, maxRetryDelay, drainTimeout);
    }

    /** Read up to so many events at a time. */
    public SubscriptionOptions withBatchSize(int events) {
        return new SubscriptionOptions(consumer, concurrency, events, retryDelay, maxRetryDelay, drainTimeout);
    }

    /** Wait this long after a first failure, and at most so long after any. */
    public SubscriptionOptions withRetryDelay(Duration first, Duration longest) {
        return new SubscriptionOptions(consumer, concurrency, batchSize, first, longest, drainTimeout);
    }

    /** Let handlers finish for this long when the subscription closes. */
    public SubscriptionOptions withDrainTimeout(Duration timeout) {
        return new SubscriptionOptions(consumer, concurrency, batchSize, retryDelay, maxRetryDelay, timeout);
    }

    private static void check(int value, String field) {
        if (value < 1 || value > MOST) {
            throw new InvalidValueException(field, "is " + value + "; expected 1 to " + MOST);
        }
    }
}
