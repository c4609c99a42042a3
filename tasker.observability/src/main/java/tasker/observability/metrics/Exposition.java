package tasker.observability.metrics;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;

/**
 * Collect the metrics of a scrape and write them, each family once, sorted by name; then of the next one.
 *
 * <p>A series that was already reported, or whose name belongs to a family of another kind, is left out: the first one
 * stays. For use by one thread.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Prometheus exposition formats</a>
 * @see <a href="https://prometheus.io/docs/specs/om/open_metrics_spec/">OpenMetrics 1.0</a>
 */
public final class Exposition implements MetricsSink {
    private static final String COUNTER_SUFFIX = "_total";

    private final ExpositionFormat format;
    private final Map<String, Family> families = new TreeMap<>();
    private final SortedSet<String> duplicateNames = new TreeSet<>();
    private final TextBuffer out = new TextBuffer(16_384);
    private long duplicates;

    /** Collect for this format. */
    public Exposition(ExpositionFormat format) {
        this.format = format;
    }

    /** What is written. */
    public ExpositionFormat format() {
        return format;
    }

    @Override
    public void counter(MetricId id, long value) {
        Family family = family(id, Family.Kind.COUNTER);
        if (admitted(family, id, Family.Kind.COUNTER)) {
            family.counter(id.labels(), value);
        }
    }

    @Override
    public void time(MetricId id, long nanos) {
        Family family = family(id, Family.Kind.COUNTER);
        if (admitted(family, id, Family.Kind.COUNTER)) {
            family.time(id.labels(), nanos);
        }
    }

    @Override
    public void gauge(MetricId id, double value) {
        if (Double.isNaN(value)) {
            return;
        }
        Family family = family(id, Family.Kind.GAUGE);
        if (admitted(family, id, Family.Kind.GAUGE)) {
            family.gauge(id.labels(), value);
        }
    }

    @Override
    public void histogram(MetricId id, Distribution distribution) {
        Family family = family(id, Family.Kind.HISTOGRAM);
        if (admitted(family, id, Family.Kind.HISTOGRAM)) {
            family.histogram(id.labels(), distribution);
        }
    }

    @Override
    public void histogram(MetricId id, Meters.Timer timer) {
        Family family = family(id, Family.Kind.HISTOGRAM);
        if (admitted(family, id, Family.Kind.HISTOGRAM)) {
            family.histogram(id.labels(), timer);
        }
    }

    /** How many series were left out because another one had their name and labels, or their name for another kind. */
    public long duplicates() {
        return duplicates;
    }

    /** The names of the metrics that series were left out of. */
    public SortedSet<String> duplicateNames() {
        return duplicateNames;
    }

    /** Begin the next scrape: forget what was collected, and keep the room that it took. */
    public void reset() {
        families.values().removeIf(Family::isEmpty);
        families.values().forEach(Family::clear);
        duplicateNames.clear();
        duplicates = 0;
    }

    /** Write everything that was collected. */
    public byte[] toBytes() {
        out.clear();
        for (Family family : families.values()) {
            if (!family.isEmpty()) {
                family.writeTo(out, format);
            }
        }
        if (format == ExpositionFormat.OPENMETRICS) {
            out.append("# EOF\n");
        }
        return out.toBytes();
    }

    /** OpenMetrics names a family of counters without the suffix, so names that differ only in it clash. */
    private Family family(MetricId id, Family.Kind kind) {
        String name = id.name().endsWith(COUNTER_SUFFIX)
                ? id.name().substring(0, id.name().length() - COUNTER_SUFFIX.length())
                : id.name();
        Family known = families.get(name);
        if (known != null && (known.isOf(kind) || !known.isEmpty())) {
            return known;
        }
        Family fresh = new Family(kind == Family.Kind.COUNTER ? name : id.name(), id.help(), kind);
        families.put(name, fresh);
        return fresh;
    }

    private boolean admitted(Family family, MetricId id, Family.Kind kind) {
        if (family.admit(kind, id.labels())) {
            return true;
        }
        duplicates++;
        duplicateNames.add(id.name());
        return false;
    }
}
