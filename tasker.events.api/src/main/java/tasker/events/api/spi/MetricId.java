package tasker.events.api.spi;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tasker.events.api.InvalidValueException;

/**
 * Name a metric by the rules of Prometheus.
 *
 * @param name snake_case with the prefix {@code tasker_} and the base unit as suffix, such as
 *     {@code tasker_pgmq_publish_duration_seconds}; a counter's name ends in {@code _total}
 * @param help what it measures, in one sentence
 * @param labels names and values, sorted; values must come from a small, fixed set
 */
public record MetricId(String name, String help, Map<String, String> labels) {
    private static final Pattern NAME = Pattern.compile("tasker_[a-z0-9]+(_[a-z0-9]+)*");
    private static final Pattern LABEL = Pattern.compile("[a-z][a-z0-9_]*");

    /**
     * Check and copy the values.
     *
     * @throws InvalidValueException when the name or a label breaks the rules
     */
    public MetricId {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidValueException("name", "is '" + name + "'; expected tasker_ and snake_case");
        }
        if (help.isBlank()) {
            throw new InvalidValueException("help", "must not be blank");
        }
        for (String label : labels.keySet()) {
            if (!LABEL.matcher(label).matches() || label.equals("le")) {
                throw new InvalidValueException("labels", "has the name '" + label + "'; expected snake_case, not le");
            }
        }
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /** Name a metric without labels. */
    public static MetricId of(String name, String help) {
        return new MetricId(name, help, Map.of());
    }

    /** Name the series of the same metric that has one more label. */
    public MetricId with(String label, String value) {
        Map<String, String> more = new TreeMap<>(labels);
        more.put(label, value);
        return new MetricId(name, help, more);
    }
}
