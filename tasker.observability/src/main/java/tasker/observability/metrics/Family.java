package tasker.observability.metrics;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tasker.events.api.spi.Distribution;

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

    /** Whether this family is of the kind and has no series of these labels yet, which it then has. */
    boolean admit(Kind candidate, Map<String, String> labels) {
        return kind == candidate && series.add(labels);
    }

    void counter(Map<String, String> labels, long value) {
        sample("_total", labels, "").append(value).append('\n');
    }

    void time(Map<String, String> labels, long nanos) {
        sample("_total", labels, "").appendSeconds(nanos).append('\n');
    }

    void gauge(Map<String, String> labels, double value) {
        sample("", labels, "").append(value).append('\n');
    }

    /** Write cumulative buckets; each is at least the one before and at most the count, whatever their error. */
    void histogram(Map<String, String> labels, Distribution distribution) {
        long count = distribution.count();
        long below = 0;
        for (Bucket bucket : Bucket.BOUNDS) {
            below = Math.clamp(distribution.countUpTo(bucket.nanos()), below, count);
            sample("_bucket", labels, bucket.text()).append(below).append('\n');
        }
        sample("_bucket", labels, "+Inf").append(count).append('\n');
        sample("_sum", labels, "").appendSeconds(distribution.sumNanos()).append('\n');
        sample("_count", labels, "").append(count).append('\n');
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

    private TextBuffer sample(String suffix, Map<String, String> labels, String le) {
        samples.append(name).append(suffix);
        char separator = '{';
        for (Map.Entry<String, String> label : labels.entrySet()) {
            samples.append(separator).append(label.getKey()).append("=\"");
            samples.appendEscaped(label.getValue(), true).append('"');
            separator = ',';
        }
        if (!le.isEmpty()) {
            samples.append(separator).append("le=\"").append(le).append('"');
            separator = ',';
        }
        if (separator == ',') {
            samples.append('}');
        }
        return samples.append(' ');
    }
}
