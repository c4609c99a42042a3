package tasker.events.api.spi;

import java.time.Duration;
import java.util.Optional;
import tasker.events.api.InvalidValueException;

/**
 * Choose what a consumer reads and how. Start from {@link #defaults()} and change what should be different.
 *
 * @param queue the queue to read; empty for the worker's own events
 * @param visibilityTimeout how long a received event stays hidden from others, 1 second to 12 hours, in whole seconds
 * @param maxReads an event that would be read more often than this goes to the dead letters instead, at least 1
 * @param onSuccess what becomes of an event that is acknowledged
 * @param ordered whether events of one key are received one after the other: of the events that carry the same header
 *     {@value #GROUP_HEADER}, the next is received only when the one before it is acknowledged or a dead letter, even
 *     while that one waits for a retry, and whichever consumers of whichever workers read the queue, provided that all
 *     of them are ordered. Events without the header have no order
 * @param duplicateWindow how long a consumer remembers the ids of the events that it received, to tell
 *     {@linkplain ReceivedEvent#duplicate() duplicates}, up to 24 hours; zero to tell none
 */
public record ConsumerOptions(
        Optional<String> queue,
        Duration visibilityTimeout,
        int maxReads,
        OnSuccess onSuccess,
        boolean ordered,
        Duration duplicateWindow) {

    /** The header that holds the key of an event, by which ordered consumers keep the order. */
    public static final String GROUP_HEADER = "x-pgmq-group";

    private static final Duration LONGEST_VISIBILITY = Duration.ofHours(12);
    private static final Duration LONGEST_WINDOW = Duration.ofHours(24);

    /** Say what becomes of an event that is acknowledged. */
    public enum OnSuccess {
        /** It is deleted. */
        DELETE,
        /** It goes to the queue's archive, from where it can be replayed. */
        ARCHIVE
    }

    /**
     * Check the values.
     *
     * @throws InvalidValueException when a value is out of its range
     */
    public ConsumerOptions {
        if (visibilityTimeout.toSeconds() < 1
                || visibilityTimeout.compareTo(LONGEST_VISIBILITY) > 0
                || visibilityTimeout.toNanosPart() != 0) {
            throw new InvalidValueException(
                    "visibility_timeout", "is " + visibilityTimeout + "; expected 1 to 43200 whole seconds");
        }
        if (maxReads < 1) {
            throw new InvalidValueException("max_reads", "is " + maxReads + "; at least 1 is required");
        }
        if (duplicateWindow.isNegative() || duplicateWindow.compareTo(LONGEST_WINDOW) > 0) {
            throw new InvalidValueException("duplicate_window", "is " + duplicateWindow + "; expected 0 to 24 hours");
        }
    }

    /** Read the worker's own events in any order, hidden for 30 seconds, at most 5 times each, and delete them. */
    public static ConsumerOptions defaults() {
        return new ConsumerOptions(Optional.empty(), Duration.ofSeconds(30), 5, OnSuccess.DELETE, false, Duration.ZERO);
    }

    /** Read this queue instead. */
    public ConsumerOptions withQueue(String name) {
        return withQueue(Optional.of(name));
    }

    /** Read this queue instead; the worker's own events where it is empty. */
    public ConsumerOptions withQueue(Optional<String> name) {
        return new ConsumerOptions(name, visibilityTimeout, maxReads, onSuccess, ordered, duplicateWindow);
    }

    /** Hide a received event for this long. */
    public ConsumerOptions withVisibilityTimeout(Duration timeout) {
        return new ConsumerOptions(queue, timeout, maxReads, onSuccess, ordered, duplicateWindow);
    }

    /** Allow this many reads of an event. */
    public ConsumerOptions withMaxReads(int reads) {
        return new ConsumerOptions(queue, visibilityTimeout, reads, onSuccess, ordered, duplicateWindow);
    }

    /** Keep acknowledged events in the queue's archive. */
    public ConsumerOptions archiving() {
        return new ConsumerOptions(queue, visibilityTimeout, maxReads, OnSuccess.ARCHIVE, ordered, duplicateWindow);
    }

    /** Keep the order of events of one key. */
    public ConsumerOptions inOrder() {
        return new ConsumerOptions(queue, visibilityTimeout, maxReads, onSuccess, true, duplicateWindow);
    }

    /** Tell duplicates within this time. */
    public ConsumerOptions withDuplicateWindow(Duration window) {
        return new ConsumerOptions(queue, visibilityTimeout, maxReads, onSuccess, ordered, window);
    }
}
