package tasker.nativecore.metrics;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import tasker.events.api.spi.Distribution;

/** Add up stripes and slices into one distribution; for use by one thread. */
final class Merge {
    /** Only the rows that were recorded into: durations of one kind spread over a few octaves. */
    private final TreeMap<Integer, long[]> rows = new TreeMap<>();

    private long sum;
    private long max;

    void count(int row, int column, long count) {
        if (count != 0) {
            rows.computeIfAbsent(row, ignored -> new long[Buckets.PER_OCTAVE])[column] += count;
        }
    }

    void total(long stripeSum, long stripeMax) {
        sum += stripeSum;
        max = Math.max(max, stripeMax);
    }

    Distribution distribution() {
        int[] buckets = new int[rows.size() * Buckets.PER_OCTAVE];
        long[] cumulative = new long[buckets.length];
        long total = 0;
        int at = 0;
        for (Map.Entry<Integer, long[]> row : rows.entrySet()) {
            long[] counts = row.getValue();
            for (int column = 0; column < counts.length; column++) {
                if (counts[column] != 0) {
                    total += counts[column];
                    buckets[at] = Buckets.number(row.getKey(), column);
                    cumulative[at++] = total;
                }
            }
        }
        return new BucketDistribution(Arrays.copyOf(buckets, at), Arrays.copyOf(cumulative, at), sum, max);
    }
}
