package tasker.observability.metrics;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.Meters;

/** Collect the series of one metric, so that they stand together under one head; for use by one thread. */
final class Family {
    /** Tell apart what a family can hold. */
    enum Kind {
        COUNTER("counter"),
        GAUGE("gauge"),
        HISTOGRAM("histogram");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    private final String name;
    private final String help;
    private final Kind kind;
    private final Set<Map<String, String>> series = new HashSet<>();
    private final TextBuffer samples = new TextBuffer(256);
    private final TextBuffer head = new TextBuffer(128);
    private final long[] counts = new long[Bucket.NANOS.length + 1];

    /**
     * Start a family.
     *
     * @param name without the suffix of a counter
     */
    Family(String name, String help, Kind kind) {
        this.name = name;
        this.help = help;
        this.kind = kind;
    }

    /** Forget the series and keep the room for them. */
    void clear() {
        series.clear();
        samples.clear();
    }

    boolean isEmpty() {
        return series.isEmpty();
    }

    boolean isOf(Kind candidate) {
        return kind == candidate;
    }

    /** Whether this family is of the kind and has no series of these labels yet, which it then has. */
    boolean admit(Kind candidate, Map<String, String> labels) {
        return kind == candidate && series.add(labels);
    }

    void counter(Map<String, String> labels, long value) {
        sample("_total", labels).append(value).append('\n');
    }

    void time(Map<String, String> labels, long nanos) {
        sample("_total", labels).appendSeconds(nanos).append('\n');
    }

    void gauge(Map<String, String> labels, double value) {
        sample("", labels).append(value).append('\n');
    }

    /** Write cumulative buckets; each is at least the one before and at most the count, whatever their error. */
    void histogram(Map<String, String> labels, Distribution distribution) {
        long count = distribution.count();
        long below = 0;
        for (int i = 0; i < Bucket.NANOS.length; i++) {
            below = Math.clamp(distribution.countUpTo(Bucket.NANOS[i]), below, count);
            counts[i] = below;
        }
        counts[Bucket.NANOS.length] = count;
        writeHistogram(labels, distribution.sumNanos());
    }

    /** Write what a timer has recorded, without a look at more than the buckets' counts. */
    void histogram(Map<String, String> labels, Meters.Timer timer) {
        writeHistogram(labels, timer.countUpTo(Bucket.NANOS, counts));
    }

    private void writeHistogram(Map<String, String> labels, long sumNanos) {
        head.clear().append(name).append("_bucket");
        head.append(label(head, labels)).append("le=\"");
        for (int i = 0; i < Bucket.NANOS.length; i++) {
            samples.append(head).append(Bucket.BOUNDS.get(i).text()).append("\"} ");
            samples.append(counts[i]).append('\n');
        }
        long count = counts[Bucket.NANOS.length];
        samples.append(head).append("+Inf\"} ").append(count).append('\n');
        sample("_sum", labels).appendSeconds(sumNanos).append('\n');
        sample("_count", labels).append(count).append('\n');
    }

    void writeTo(TextBuffer out, ExpositionFormat format) {
        boolean open = format == ExpositionFormat.OPENMETRICS;
        String title = kind == Kind.COUNTER && !open ? name + "_total" : name;
        out.append("# HELP ").append(title).append(' ');
        out.appendEscaped(help, open).append('\n');
        out.append("# TYPE ").append(title).append(' ').append(kind.text).append('\n');
        if (open) {
            for (String unit : new String[] {"seconds", "bytes", "ratio"}) {
                if (name.endsWith('_' + unit)) {
                    out.append("# UNIT ").append(title).append(' ').append(unit).append('\n');
                }
            }
        }
        out.append(samples);
    }

    private TextBuffer sample(String suffix, Map<String, String> labels) {
        samples.append(name).append(suffix);
        if (label(samples, labels) == ',') {
            samples.append('}');
        }
        return samples.append(' ');
    }

    /** Write the labels without the end; tells what comes before a further one. */
    private static char label(TextBuffer out, Map<String, String> labels) {
        char separator = '{';
        for (Map.Entry<String, String> label : labels.entrySet()) {
            out.append(separator).append(label.getKey()).append("=\"");
            out.appendEscaped(label.getValue(), true).append('"');
            separator = ',';
        }
        return separator;
    }
}
