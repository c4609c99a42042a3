package tasker.nativecore.metrics;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Hold one stripe of a histogram.
 *
 * <p>The bucket is counted last: whoever sees a value in its bucket sees it in sum and maximum too.
 */
final class Stripe {
    /** Sum and maximum stand alone on their cache line, away from the headers of neighbouring objects. */
    private static final int SUM = 8;

    private static final int MAX = SUM + 1;
    private static final int TOTALS = MAX + 8;

    private final AtomicLongArray totals = new AtomicLongArray(TOTALS);
    private final AtomicReferenceArray<AtomicLongArray> rows = new AtomicReferenceArray<>(Buckets.ROWS);

    void record(long value) {
        int row = Buckets.row(value);
        AtomicLongArray buckets = rows.get(row);
        if (buckets == null) {
            buckets = newRow(row);
        }
        if (value > totals.getOpaque(MAX)) {
            totals.accumulateAndGet(MAX, value, Math::max);
        }
        totals.getAndAdd(SUM, value);
        buckets.getAndIncrement(Buckets.column(value, row));
    }

    void mergeInto(Merge merge) {
        for (int row = 0; row < Buckets.ROWS; row++) {
            AtomicLongArray buckets = rows.get(row);
            if (buckets != null) {
                merge.row(row, buckets);
            }
        }
        merge.total(totals.get(SUM), totals.get(MAX));
    }

    /** Add what stands between each bound and the one before it; tells the sum. */
    long countInto(long[] bounds, long[] counts) {
        int bound = 0;
        for (int row = 0; row < Buckets.ROWS; row++) {
            AtomicLongArray buckets = rows.get(row);
            if (buckets == null) {
                continue;
            }
            int column = 0;
            while (column < Buckets.PER_OCTAVE) {
                while (bound < bounds.length && Buckets.number(bounds[bound]) < Buckets.number(row, column)) {
                    bound++;
                }
                int end = bound == bounds.length
                        ? Buckets.PER_OCTAVE
                        : Math.min(Buckets.PER_OCTAVE, Buckets.number(bounds[bound]) - Buckets.number(row, 0) + 1);
                long count = 0;
                for (; column < end; column++) {
                    count += buckets.getPlain(column);
                }
                counts[bound] += count;
            }
        }
        // The sum is read after the buckets, so that it has every value that was counted.
        VarHandle.loadLoadFence();
        return totals.get(SUM);
    }

    private AtomicLongArray newRow(int row) {
        AtomicLongArray fresh = new AtomicLongArray(Buckets.PER_OCTAVE);
        AtomicLongArray witness = rows.compareAndExchange(row, null, fresh);
        return witness == null ? fresh : witness;
    }
}
