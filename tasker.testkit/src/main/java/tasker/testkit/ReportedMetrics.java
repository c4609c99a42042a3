package tasker.testkit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;

/** Keep what a source reports, in order, and let a test read it; safe for use by many threads. */
public final class ReportedMetrics implements MetricsSink {
    private final List<Reported> all = new CopyOnWriteArrayList<>();

    /** Make a sink that has been told nothing. */
    public ReportedMetrics() {}

    /** Tell apart what was reported. */
    public enum Kind {
        /** How often something has happened. */
        COUNTER,
        /** How much time something has taken, in nanoseconds. */
        TIME,
        /** How things stand. */
        GAUGE,
        /** A distribution, of which the count is kept. */
        HISTOGRAM
    }

    /**
     * Hold one figure.
     *
     * @param kind what it is
     * @param id its name and labels
     * @param value the figure; the count of a distribution
     */
    public record Reported(Kind kind, MetricId id, double value) {
        /** The name and, where there are labels, {@code {label=value, …}} sorted. */
        public String series() {
            return TestMeters.series(id);
        }
    }

    /** Everything that was reported. */
    public List<Reported> all() {
        return all;
    }

    /** The figures by their series. */
    public Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        all.forEach(reported -> values.put(reported.series(), reported.value()));
        return values;
    }

    /** All that only grows, by its series. */
    Map<String, Double> counts() {
        Map<String, Double> counts = new LinkedHashMap<>();
        for (Reported reported : all) {
            if (reported.kind() != Kind.GAUGE) {
                counts.put(reported.series(), reported.value());
            }
        }
        return counts;
    }

    List<String> names(Kind kind) {
        return all.stream()
                .filter(reported -> reported.kind() == kind)
                .map(reported -> reported.id().name())
                .toList();
    }

    @Override
    public void counter(MetricId id, long value) {
        all.add(new Reported(Kind.COUNTER, id, value));
    }

    @Override
    public void time(MetricId id, long nanos) {
        all.add(new Reported(Kind.TIME, id, nanos));
    }

    @Override
    public void gauge(MetricId id, double value) {
        all.add(new Reported(Kind.GAUGE, id, value));
    }

    @Override
    public void histogram(MetricId id, Distribution distribution) {
        all.add(new Reported(Kind.HISTOGRAM, id, distribution.count()));
    }
}
