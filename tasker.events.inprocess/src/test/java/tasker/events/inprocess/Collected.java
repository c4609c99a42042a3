package tasker.events.inprocess;

import java.util.Map;
import java.util.TreeMap;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.MetricsSource;

/** Read the figures that a source reports, by name and labels. */
final class Collected implements MetricsSink {
    private final Map<String, Double> values = new TreeMap<>();

    private Collected() {}

    static Map<String, Double> from(MetricsSource source) {
        Collected collected = new Collected();
        source.collect(collected);
        return collected.values;
    }

    @Override
    public void counter(MetricId id, long value) {
        put(id, (double) value);
    }

    @Override
    public void gauge(MetricId id, double value) {
        put(id, value);
    }

    @Override
    public void histogram(MetricId id, Distribution distribution) {
        put(id, (double) distribution.count());
    }

    private void put(MetricId id, double value) {
        values.put(id.labels().isEmpty() ? id.name() : id.name() + id.labels(), value);
    }
}
