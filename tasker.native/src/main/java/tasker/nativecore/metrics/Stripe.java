package tasker.nativecore.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Hold one stripe of a histogram, which either many threads record into, or one at a time.
 *
 * <p>The bucket is counted last: whoever sees a value in its bucket sees it in sum and maximum too.
 */
final class Stripe {
    /** Sum and maximum stand alone on their cache line, away from the headers of neighbouring objects. */
    private static final int SUM = 8;

    private static final int MAX = SUM + 1;
    private static final int TOTALS = MAX + 8;

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle ROWS = MethodHandles.arrayElementVarHandle(long[][].class);

    private final long[] totals = new long[TOTALS];
    private final long[][] rows = new long[Buckets.ROWS][];

    /** Record a value, while other threads may do so too. */
    void record(long value) {
        int row = Buckets.row(value);
        long[] buckets = row(row);
        raiseMax(value);
        LONGS.getAndAdd(totals, SUM, value);
        LONGS.getAndAdd(buckets, Buckets.column(value, row), 1L);
    }

    /** Record a value, as the only thread that does. */
    void recordAlone(long value) {
        int row = Buckets.row(value);
        long[] buckets = row(row);
        if (value > totals[MAX]) {
            LONGS.setOpaque(totals, MAX, value);
        }
        LONGS.setOpaque(totals, SUM, totals[SUM] + value);
        int column = Buckets.column(value, row);
        LONGS.setRelease(buckets, column, buckets[column] + 1);
    }

    /** Add what another stripe holds, while other threads may record here, but not there. */
    void absorb(Stripe other) {
        raiseMax((long) LONGS.getOpaque(other.totals, MAX));
        LONGS.getAndAdd(totals, SUM, (long) LONGS.getOpaque(other.totals, SUM));
        for (int row = 0; row < Buckets.ROWS; row++) {
            long[] theirs = (long[]) ROWS.getAcquire(other.rows, row);
            if (theirs != null) {
                long[] buckets = row(row);
                for (int column = 0; column < Buckets.PER_OCTAVE; column++) {
                    LONGS.getAndAdd(buckets, column, (long) LONGS.getAcquire(theirs, column));
                }
            }
        }
    }

    private void raiseMax(long value) {
        long max = (long) LONGS.getOpaque(totals, MAX);
        while (value > max) {
            long witness = (long) LONGS.compareAndExchange(totals, MAX, max, value);
            max = witness == max ? value : witness;
        }
    }

    void mergeInto(Merge merge) {
        for (int row = 0; row < Buckets.ROWS; row++) {
            long[] buckets = (long[]) ROWS.getAcquire(rows, row);
            if (buckets != null) {
                for (int column = 0; column < Buckets.PER_OCTAVE; column++) {
                    merge.count(row, column, (long) LONGS.getAcquire(buckets, column));
                }
            }
        }
        merge.total((long) LONGS.getOpaque(totals, SUM), (long) LONGS.getOpaque(totals, MAX));
    }

    /**
     * Add what stands between each bound and the one before it; tells the sum.
     *
     * @param counts takes one count more than there are bounds
     */
    long countInto(Bounds bounds, long[] counts) {
        int bound = 0;
        for (int row = 0; row < Buckets.ROWS; row++) {
            long[] buckets = (long[]) ROWS.getAcquire(rows, row);
            if (buckets == null) {
                continue;
            }
            int first = Buckets.number(row, 0);
            int column = 0;
            while (column < Buckets.PER_OCTAVE) {
                while (bound < bounds.count() && bounds.last(bound) < first + column) {
                    bound++;
                }
                int end = bound == bounds.count()
                        ? Buckets.PER_OCTAVE
                        : Math.min(Buckets.PER_OCTAVE, bounds.last(bound) - first + 1);
                counts[bound] += sum(buckets, column, end);
                column = end;
            }
        }
        // The sum is read after the buckets, so that it has every value that was counted.
        VarHandle.loadLoadFence();
        return (long) LONGS.getOpaque(totals, SUM);
    }

    /** Add up four at a time: one addition then waits for no other. The parts are too short to be made vectors of. */
    private static long sum(long[] buckets, int from, int to) {
        long one = 0;
        long two = 0;
        long three = 0;
        long four = 0;
        int i = from;
        for (; i <= to - 4; i += 4) {
            one += buckets[i];
            two += buckets[i + 1];
            three += buckets[i + 2];
            four += buckets[i + 3];
        }
        for (; i < to; i++) {
            one += buckets[i];
        }
        return one + two + three + four;
    }

    private long[] row(int row) {
        long[] buckets = (long[]) ROWS.getAcquire(rows, row);
        return buckets == null ? newRow(row) : buckets;
    }

    private long[] newRow(int row) {
        long[] fresh = new long[Buckets.PER_OCTAVE];
        long[] witness = (long[]) ROWS.compareAndExchange(rows, row, null, fresh);
        return witness == null ? fresh : witness;
    }
}
