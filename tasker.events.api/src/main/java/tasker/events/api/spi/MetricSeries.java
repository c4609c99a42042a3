package tasker.events.api.spi;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tasker.events.api.InvalidValueException;

/**
 * Name the series of one metric that differ in the value of one label, each once; safe for use by many threads.
 *
 * <p>For a {@link MetricsSource}, which names the same series in every scrape: to name one anew takes longer than to
 * report it, and a sink recognises an id that it has seen.
 */
public final class MetricSeries {
    private final MetricId metric;
    private final String label;
    private final Map<String, MetricId> series = new ConcurrentHashMap<>();

    private MetricSeries(MetricId metric, String label) {
        this.metric = metric;
        this.label = label;
    }

    /**
     * Tell the series of this metric apart by this label.
     *
     * @param label its values come from a small, fixed set, for each is kept
     */
    public static MetricSeries of(MetricId metric, String label) {
        return new MetricSeries(metric, label);
    }

    /**
     * The series of this value, the same at each call.
     *
     * @throws InvalidValueException when the label's name breaks the rules
     */
    public MetricId of(String value) {
        MetricId known = series.get(value);
        return known == null ? series.computeIfAbsent(value, fresh -> metric.with(label, fresh)) : known;
    }
}
