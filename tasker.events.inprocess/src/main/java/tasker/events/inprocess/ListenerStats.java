package tasker.events.inprocess;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;

/**
 * Count what listeners did wrong, by name; safe for use by many threads.
 *
 * <p>The names are few: whatever comes after {@value #MAX_NAMES} of them is counted under {@value #OTHER}. A name stays
 * when its listener goes, as a counter must not go back.
 */
final class ListenerStats {
    static final int MAX_NAMES = 64;
    static final String OTHER = "other";

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}._$-]{1,128}");
    private static final MetricId ERRORS =
            MetricId.of("tasker_inprocess_listener_errors_total", "How often a listener of the fast path threw.");
    private static final MetricId SLOW = MetricId.of(
            "tasker_inprocess_slow_listener_calls_total",
            "Calls of a listener of the fast path that took longer than inprocess.slow-listener-ms.");

    /** The counts of one name. */
    record Counts(String label, AtomicLong errors, AtomicLong slow) {
        private Counts(String label) {
            this(label, new AtomicLong(), new AtomicLong());
        }
    }

    private final Map<String, Counts> byName = new ConcurrentHashMap<>();

    /**
     * The counts of a listener.
     *
     * @throws InvalidValueException when the name cannot be one
     */
    synchronized Counts of(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidValueException(
                    "name", "of a listener is '" + name + "'; expected 1 to 128 letters, digits, . _ $ and -");
        }
        Counts known = byName.get(name);
        if (known != null) {
            return known;
        }
        String label = byName.size() < MAX_NAMES ? name : OTHER;
        return byName.computeIfAbsent(label, Counts::new);
    }

    void collect(MetricsSink sink) {
        byName.values()
                .forEach(counts -> sink.counter(
                        ERRORS.with("listener", counts.label()), counts.errors().get()));
        byName.values()
                .forEach(counts -> sink.counter(
                        SLOW.with("listener", counts.label()), counts.slow().get()));
    }
}
