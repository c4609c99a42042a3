package tasker.observability.metrics;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tasker.events.api.spi.Exemplar;
import tasker.events.api.spi.MetricId;

/**
 * Keep one series as it is written, and write anew only the numbers that differ from those of the last scrape; for use
 * by one thread.
 */
final class Series {
    private final Family family;
    private final TextBuffer text = new TextBuffer(64);
    private final TextBuffer number = new TextBuffer(24);
    private final long[] values;
    private final @Nullable Exemplar[] exemplars;
    private final int[] starts;
    private final int[] ends;
    private MetricId id;
    private int scrape;

    /**
     * Start with the number 0 in each line.
     *
     * @param lines each line up to its number
     */
    Series(Family family, MetricId id, List<TextBuffer> lines) {
        this.family = family;
        this.id = id;
        values = new long[lines.size()];
        exemplars = new @Nullable Exemplar[values.length];
        starts = new int[values.length];
        ends = new int[values.length];
        for (int line = 0; line < values.length; line++) {
            text.append(lines.get(line));
            starts[line] = text.length();
            ends[line] = text.append('0').length();
            text.append('\n');
        }
    }

    /**
     * Whether it was found by this very id, as most are in each scrape; to compare labels takes longer than to write.
     */
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(MetricId wanted, Family.Kind kind) {
        return id == wanted && family.isOf(kind) && !family.isReplaced();
    }

    /** Remember by which id it was found. */
    void foundBy(MetricId found) {
        id = found;
    }

    /** Take part in a scrape; tells whether it has not done so before. */
    boolean report(int current) {
        if (scrape == current) {
            return false;
        }
        scrape = current;
        return true;
    }

    boolean wasReported(int asked) {
        return scrape == asked;
    }

    void count(int line, long value) {
        count(line, value, null);
    }

    /** Write a count, and where there is an example that. */
    void count(int line, long value, @Nullable Exemplar exemplar) {
        if (values[line] != value || !Objects.equals(exemplars[line], exemplar)) {
            values[line] = value;
            exemplars[line] = exemplar;
            number.clear().append(value);
            if (exemplar != null) {
                append(exemplar);
            }
            put(line, number);
        }
    }

    void seconds(int line, long nanos) {
        if (values[line] != nanos) {
            values[line] = nanos;
            put(line, number.clear().appendSeconds(nanos));
        }
    }

    void number(double value) {
        long bits = Double.doubleToRawLongBits(value);
        if (values[0] != bits) {
            values[0] = bits;
            put(0, number.clear().append(value));
        }
    }

    void writeTo(TextBuffer out) {
        out.append(text);
    }

    private void append(Exemplar exemplar) {
        number.append(" # {trace_id=\"").append(exemplar.trace().traceId());
        number.append("\",span_id=\"").append(exemplar.trace().spanId()).append("\"} ");
        if (family.isOf(Family.Kind.HISTOGRAM)) {
            number.appendSeconds(exemplar.value());
        } else {
            number.append(exemplar.value());
        }
        number.append(' ').appendSeconds(TimeUnit.MILLISECONDS.toNanos(exemplar.epochMillis()));
    }

    private void put(int line, TextBuffer written) {
        text.replace(starts[line], ends[line], written);
        int moved = starts[line] + written.length() - ends[line];
        if (moved != 0) {
            ends[line] += moved;
            for (int i = line + 1; i < starts.length; i++) {
                starts[i] += moved;
                ends[i] += moved;
            }
        }
    }
}
