package tasker.nativecore.metrics;

import java.util.Arrays;
import tasker.events.api.spi.Distribution;

/** Answer from the buckets in use and how many values stand up to each. */
final class BucketDistribution implements Distribution {
    private final int[] buckets;
    private final long[] cumulative;
    private final long sum;
    private final long max;

    BucketDistribution(int[] buckets, long[] cumulative, long sum, long max) {
        this.buckets = buckets;
        this.cumulative = cumulative;
        this.sum = sum;
        this.max = max;
    }

    @Override
    public long count() {
        return cumulative.length == 0 ? 0 : cumulative[cumulative.length - 1];
    }

    @Override
    public long sumNanos() {
        return sum;
    }

    @Override
    public long maxNanos() {
        return max;
    }

    /** By the nearest-rank definition: the smallest value that at least this share of all values does not exceed. */
    @Override
    public long quantileNanos(double quantile) {
        if (!(quantile >= 0 && quantile <= 1)) {
            throw new IllegalArgumentException("the quantile is " + quantile + "; expected 0 to 1");
        }
        if (cumulative.length == 0) {
            return 0;
        }
        if (quantile == 1) {
            return max;
        }
        long rank = Math.max(1, (long) Math.ceil(quantile * count()));
        int found = Arrays.binarySearch(cumulative, rank);
        int at = found >= 0 ? found : -found - 1;
        return Math.min(max, Buckets.middle(buckets[Math.min(at, buckets.length - 1)]));
    }

    @Override
    public long countUpTo(long nanos) {
        if (nanos < 0) {
            return 0;
        }
        int found = Arrays.binarySearch(buckets, Buckets.number(nanos));
        int last = found >= 0 ? found : -found - 2;
        return last < 0 ? 0 : cumulative[last];
    }
}
