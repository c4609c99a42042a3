package tasker.nativecore.metrics;

/**
 * Lay out the buckets of a log-linear histogram, as HdrHistogram does: each octave (from a power of two to the next) is
 * cut into {@value #PER_OCTAVE} buckets of equal width.
 *
 * <p>A value is told by the middle of its bucket, so it is off by at most half a bucket: 1/256 of itself, 0.4 %. Values
 * below {@value #PER_OCTAVE} have a bucket each and are exact. All of {@code long} is covered.
 */
final class Buckets {
    static final int PER_OCTAVE = 128;

    /** Row 0 holds the exact values; each further row is one octave, up to the sign bit. */
    static final int ROWS = Long.SIZE - Integer.numberOfTrailingZeros(PER_OCTAVE);

    private static final int BITS = Integer.numberOfTrailingZeros(PER_OCTAVE);

    private Buckets() {}

    /** The row of a value that is not negative. */
    static int row(long value) {
        return Math.max(0, Long.SIZE - BITS - Long.numberOfLeadingZeros(value));
    }

    /** The bucket of a value within its row. */
    static int column(long value, int row) {
        return (int) (value >>> Math.max(0, row - 1)) & (PER_OCTAVE - 1);
    }

    /** The number of a bucket; a greater value never has a smaller one. */
    static int number(int row, int column) {
        return row * PER_OCTAVE + column;
    }

    static int number(long value) {
        int row = row(value);
        return number(row, column(value, row));
    }

    /** The value that stands for all values of a bucket: its middle, rounded down. */
    static long middle(int number) {
        int row = number / PER_OCTAVE;
        int column = number % PER_OCTAVE;
        if (row == 0) {
            return column;
        }
        int shift = row - 1;
        return ((long) (PER_OCTAVE + column) << shift) + ((1L << shift) >>> 1);
    }
}
