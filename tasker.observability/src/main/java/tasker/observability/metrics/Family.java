package tasker.observability.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tasker.events.api.spi.MetricId;

/** Hold the series of one metric, so that they stand together under one head; for use by one thread. */
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
    private final Kind kind;
    private final TextBuffer head = new TextBuffer(128);
    private final Map<Map<String, String>, Series> series = new LinkedHashMap<>();
    private boolean replaced;

    /**
     * Start a family.
     *
     * @param name without the suffix of a counter
     */
    Family(String name, String help, Kind kind, ExpositionFormat format) {
        this.name = name;
        this.kind = kind;
        writeHead(help, format == ExpositionFormat.OPENMETRICS);
    }

    boolean isOf(Kind candidate) {
        return kind == candidate;
    }

    /** Know that another family has the name from now on. */
    void replace() {
        replaced = true;
    }

    boolean isReplaced() {
        return replaced;
    }

    /** The series of these labels, which is made when there is none. */
    Series series(MetricId id) {
        return series.computeIfAbsent(id.labels(), ignored -> new Series(this, id, lines(id.labels())));
    }

    int size() {
        return series.size();
    }

    boolean wasReported(int scrape) {
        for (Series each : series.values()) {
            if (each.wasReported(scrape)) {
                return true;
            }
        }
        return false;
    }

    /** Forget the series that were not in this scrape; tells whether none is left. */
    boolean forgetOthers(int scrape) {
        series.values().removeIf(each -> !each.wasReported(scrape));
        return series.isEmpty();
    }

    void writeTo(TextBuffer out, int scrape) {
        boolean begun = false;
        for (Series each : series.values()) {
            if (each.wasReported(scrape)) {
                if (!begun) {
                    out.append(head);
                    begun = true;
                }
                each.writeTo(out);
            }
        }
    }

    private void writeHead(String help, boolean open) {
        String title = kind == Kind.COUNTER && !open ? name + "_total" : name;
        head.append("# HELP ").append(title).append(' ');
        head.appendEscaped(help, open).append('\n');
        head.append("# TYPE ").append(title).append(' ').append(kind.text).append('\n');
        if (open) {
            for (String unit : new String[] {"seconds", "bytes", "ratio"}) {
                if (name.endsWith('_' + unit)) {
                    head.append("# UNIT ")
                            .append(title)
                            .append(' ')
                            .append(unit)
                            .append('\n');
                }
            }
        }
    }

    private List<TextBuffer> lines(Map<String, String> labels) {
        return switch (kind) {
            case COUNTER -> List.of(line("_total", labels));
            case GAUGE -> List.of(line("", labels));
            case HISTOGRAM -> {
                List<TextBuffer> lines = new ArrayList<>();
                Bucket.BOUNDS.forEach(bound -> lines.add(bucket(labels, bound.text())));
                lines.add(bucket(labels, "+Inf"));
                lines.add(line("_sum", labels));
                lines.add(line("_count", labels));
                yield lines;
            }
        };
    }

    private TextBuffer bucket(Map<String, String> labels, String bound) {
        TextBuffer line = new TextBuffer(64).append(name).append("_bucket");
        return line.append(label(line, labels)).append("le=\"").append(bound).append("\"} ");
    }

    private TextBuffer line(String suffix, Map<String, String> labels) {
        TextBuffer line = new TextBuffer(64).append(name).append(suffix);
        if (label(line, labels) == ',') {
            line.append('}');
        }
        return line.append(' ');
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
