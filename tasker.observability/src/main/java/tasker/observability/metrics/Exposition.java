package tasker.observability.metrics;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.Exemplar;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;

/**
 * Collect the metrics of a scrape and write them, each family once, sorted by name; then of the next one.
 *
 * <p>What was written stays, and the next scrape writes the numbers that differ: names, labels and bounds are written
 * once. Series mostly come in the order of the last scrape, by the same ids; then none has to be looked for.
 *
 * <p>A series that was already reported, or whose name belongs to a family of another kind, is left out: the first one
 * stays. For use by one thread at a time.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Prometheus exposition formats</a>
 * @see <a href="https://prometheus.io/docs/specs/om/open_metrics_spec/">OpenMetrics 1.0</a>
 */
public final class Exposition implements MetricsSink {
    private static final String COUNTER_SUFFIX = "_total";
    private static final int BUCKETS = Bucket.NANOS.length;

    private final ExpositionFormat format;
    private final Map<String, Family> families = new TreeMap<>();
    private final List<Series> order = new ArrayList<>();
    private final SortedSet<String> duplicateNames = new TreeSet<>();
    private final TextBuffer out = new TextBuffer(16_384);
    private final long[] counts = new long[BUCKETS + 1];
    private final @Nullable Exemplar[] exemplars = new @Nullable Exemplar[BUCKETS + 1];
    private long duplicates;
    private int scrape = 1;
    private int reported;

    /** Collect for this format. */
    public Exposition(ExpositionFormat format) {
        this.format = format;
    }

    /** What is written. */
    ExpositionFormat format() {
        return format;
    }

    /** How many bytes it takes to write everything into memory, at least. */
    int capacity() {
        return out.capacity();
    }

    @Override
    public void counter(MetricId id, long value) {
        Series series = series(id, Family.Kind.COUNTER);
        if (series != null) {
            series.count(0, value);
        }
    }

    @Override
    public void counter(MetricId id, long value, Optional<Exemplar> exemplar) {
        Series series = series(id, Family.Kind.COUNTER);
        if (series != null) {
            series.count(0, value, hasExemplars() ? exemplar.orElse(null) : null);
        }
    }

    @Override
    public void time(MetricId id, long nanos) {
        Series series = series(id, Family.Kind.COUNTER);
        if (series != null) {
            series.seconds(0, nanos);
        }
    }

    @Override
    public void gauge(MetricId id, double value) {
        Series series = Double.isNaN(value) ? null : series(id, Family.Kind.GAUGE);
        if (series != null) {
            series.number(value);
        }
    }

    /** Write cumulative buckets; each is at least the one before and at most the count, whatever their error. */
    @Override
    public void histogram(MetricId id, Distribution distribution) {
        Series series = series(id, Family.Kind.HISTOGRAM);
        if (series != null) {
            long count = distribution.count();
            long below = 0;
            for (int i = 0; i < BUCKETS; i++) {
                below = Math.clamp(distribution.countUpTo(Bucket.NANOS[i]), below, count);
                counts[i] = below;
            }
            counts[BUCKETS] = count;
            Arrays.fill(exemplars, null);
            write(series, distribution.sumNanos());
        }
    }

    /** Write what a timer has recorded, without a look at more than the buckets' counts. */
    @Override
    public void histogram(MetricId id, Meters.Timer timer) {
        Series series = series(id, Family.Kind.HISTOGRAM);
        if (series != null) {
            long sumNanos = timer.countUpTo(Bucket.NANOS, counts);
            Arrays.fill(exemplars, null);
            if (hasExemplars()) {
                timer.exemplars().forEach(this::place);
            }
            write(series, sumNanos);
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

    /** Begin the next scrape, and forget the series that the last one did not have. */
    public void reset() {
        if (reported < known()) {
            families.values().removeIf(family -> family.forgetOthers(scrape));
            order.clear();
        }
        scrape++;
        reported = 0;
        duplicates = 0;
        duplicateNames.clear();
    }

    /** How many series are kept. */
    int known() {
        int known = 0;
        for (Family family : families.values()) {
            known += family.size();
        }
        return known;
    }

    /** Write everything that was collected into memory; tells how many bytes that takes. */
    public int render() {
        out.clear();
        for (Family family : families.values()) {
            family.writeTo(out, scrape);
        }
        if (format == ExpositionFormat.OPENMETRICS) {
            out.append("# EOF\n");
        }
        return out.length();
    }

    /** Send what was rendered. */
    public void writeTo(OutputStream stream) throws IOException {
        out.writeTo(stream);
    }

    /** The older format has no place for examples. */
    private boolean hasExemplars() {
        return format == ExpositionFormat.OPENMETRICS;
    }

    /** Put an example beside the bucket that its value is in, unless a later one is there. */
    private void place(Exemplar exemplar) {
        int found = Arrays.binarySearch(Bucket.NANOS, exemplar.value());
        int bucket = found >= 0 ? found : -found - 1;
        Exemplar there = exemplars[bucket];
        if (there == null || there.epochMillis() < exemplar.epochMillis()) {
            exemplars[bucket] = exemplar;
        }
    }

    private void write(Series series, long sumNanos) {
        for (int i = 0; i <= BUCKETS; i++) {
            series.count(i, counts[i], exemplars[i]);
        }
        series.seconds(BUCKETS + 1, sumNanos);
        series.count(BUCKETS + 2, counts[BUCKETS]);
    }

    /** The series of this id, unless it was reported already or the name belongs to another kind. */
    private @Nullable Series series(MetricId id, Family.Kind kind) {
        Series series = reported < order.size() ? order.get(reported) : null;
        if (series == null || !series.isOf(id, kind)) {
            Family family = family(id, kind);
            series = family.isOf(kind) ? family.series(id) : null;
        }
        if (series == null || !series.report(scrape)) {
            duplicates++;
            duplicateNames.add(id.name());
            return null;
        }
        remember(series, id);
        return series;
    }

    private void remember(Series series, MetricId id) {
        series.foundBy(id);
        if (reported == order.size()) {
            order.add(series);
        } else {
            order.set(reported, series);
        }
        reported++;
    }

    /** OpenMetrics names a family of counters without the suffix, so names that differ only in it clash. */
    private Family family(MetricId id, Family.Kind kind) {
        String name = id.name().endsWith(COUNTER_SUFFIX)
                ? id.name().substring(0, id.name().length() - COUNTER_SUFFIX.length())
                : id.name();
        Family present = families.get(name);
        if (present != null && (present.isOf(kind) || present.wasReported(scrape))) {
            return present;
        }
        if (present != null) {
            present.replace();
        }
        Family fresh = new Family(kind == Family.Kind.COUNTER ? name : id.name(), id.help(), kind, format);
        families.put(name, fresh);
        return fresh;
    }
}
