package tasker.observability.metrics;

import java.util.List;
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
        starts = new int[values.length];
        ends = new int[values.length];
        for (int line = 0; line < values.length; line++) {
            text.append(lines.get(line));
            starts[line] = text.length();
            ends[line] = text.append('0').length();
            text.append('\n');
        }
    }

    Family family() {
        return family;
    }

    /** Whether it was found by this very id, as most are in each scrape; to compare labels takes longer than to write. */
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
        if (values[line] != value) {
            values[line] = value;
            put(line, number.clear().append(value));
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
