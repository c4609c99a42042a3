package tasker.nativecore.metrics;

import java.util.Arrays;

/** Know the buckets that bounds fall into; immutable. */
final class Bounds {
    /** Those that were asked for last: a scrape asks every histogram for the same. */
    private static volatile Bounds latest = new Bounds(new long[0]);

    private final long[] nanos;
    private final int[] numbers;

    private Bounds(long[] nanos) {
        this.nanos = nanos.clone();
        numbers = Arrays.stream(nanos).mapToInt(Buckets::number).toArray();
    }

    /** The bounds of these nanoseconds, ascending. */
    static Bounds of(long[] nanos) {
        Bounds known = latest;
        if (Arrays.equals(known.nanos, nanos)) {
            return known;
        }
        Bounds fresh = new Bounds(nanos);
        latest = fresh;
        return fresh;
    }

    int count() {
        return numbers.length;
    }

    /** The number of the last bucket up to a bound. */
    int last(int bound) {
        return numbers[bound];
    }
}
