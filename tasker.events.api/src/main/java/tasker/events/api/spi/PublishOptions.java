package tasker.events.api.spi;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import tasker.events.api.InvalidValueException;

/**
 * Say where and when a durable event becomes visible, beyond the worker's own queue and now.
 *
 * @param namespace whose event queue to write to: 1 to {@value #MAX_NAMESPACE_LENGTH} letters, digits and {@code _},
 *     not starting with a digit; the worker's own when empty. The queue is made when it is missing
 * @param delay how long consumers do not see the event, in whole milliseconds from 0 to {@link #MAX_DELAY}; it counts
 *     from when the event is written, and a finer part is cut off
 */
public record PublishOptions(Optional<String> namespace, Duration delay) {
    /** The longest delay: 365 days. */
    public static final Duration MAX_DELAY = Duration.ofDays(365);

    /** The most characters of a namespace. */
    public static final int MAX_NAMESPACE_LENGTH = 29;

    private static final Pattern NAMESPACE =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0," + (MAX_NAMESPACE_LENGTH - 1) + "}");
    private static final PublishOptions DEFAULTS = new PublishOptions(Optional.empty(), Duration.ZERO);

    /**
     * Check the values.
     *
     * @throws InvalidValueException when a value is out of its range
     */
    public PublishOptions {
        namespace.filter(name -> !NAMESPACE.matcher(name).matches()).ifPresent(name -> {
            throw new InvalidValueException(
                    "namespace",
                    "is '" + name + "'; expected 1 to " + MAX_NAMESPACE_LENGTH
                            + " letters, digits and _, not starting with a digit");
        });
        if (delay.isNegative() || delay.compareTo(MAX_DELAY) > 0) {
            throw new InvalidValueException("delay", "is " + delay + "; expected 0 to " + MAX_DELAY.toDays() + " days");
        }
    }

    /** The worker's own queue, without delay. */
    public static PublishOptions defaults() {
        return DEFAULTS;
    }

    /** The same, into the queue of this namespace. */
    public PublishOptions toNamespace(String other) {
        return new PublishOptions(Optional.of(other), delay);
    }

    /** The same, invisible for this long. */
    public PublishOptions after(Duration later) {
        return new PublishOptions(namespace, later);
    }
}
