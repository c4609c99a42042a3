package tasker.nativecore.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;
import tasker.nativecore.WorkerSystem;

/** Keep one scrape, by name and labels as text. */
public final class CollectedMetrics implements MetricsSink {
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final List<MetricId> ids = new ArrayList<>();

    /** Scrape this worker. */
    public CollectedMetrics(WorkerSystem worker) {
        worker.collect(this);
    }

    /**
     * What was reported: counters as {@code Long}, gauges as {@code Double}, the counts of histograms as {@code Long}.
     */
    public Map<String, Object> values() {
        return values;
    }

    /** The ids in the order in which they were reported. */
    public List<MetricId> ids() {
        return ids;
    }

    @Override
    public void counter(MetricId id, long value) {
        put(id, value);
    }

    @Override
    public void gauge(MetricId id, double value) {
        put(id, value);
    }

    @Override
    public void histogram(MetricId id, Distribution distribution) {
        put(id, distribution.count());
    }

    private void put(MetricId id, Object value) {
        ids.add(id);
        values.put(id.labels().isEmpty() ? id.name() : id.name() + id.labels(), value);
    }
}
