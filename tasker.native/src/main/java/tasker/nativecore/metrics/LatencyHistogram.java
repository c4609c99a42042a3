package tasker.nativecore.metrics;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.Meters;

/**
 * Record durations in a striped log-linear histogram; safe for use by many threads.
 *
 * <p>Each thread records into the stripe that its id hashes to, with atomic additions, so nothing is lost, and threads
 * seldom meet; no thread keeps anything, so virtual threads cost nothing. Stripes, and the octaves within them, come
 * into being when they are first recorded into. Quantiles are off by at most 0.4 % ({@link Buckets}); count, sum and
 * maximum are exact.
 */
public final class LatencyHistogram implements Meters.Timer, Meter {
    private final AtomicReferenceArray<Stripe> stripes = new AtomicReferenceArray<>(Stripes.COUNT);

    @Override
    public void record(long nanos) {
        int at = Stripes.current();
        Stripe stripe = stripes.get(at);
        if (stripe == null) {
            stripe = newStripe(at);
        }
        stripe.record(Math.max(0, nanos));
    }

    @Override
    public Distribution sinceStart() {
        Merge merge = new Merge();
        mergeInto(merge);
        return merge.distribution();
    }

    @Override
    public long countUpTo(long[] bounds, long[] counts) {
        Arrays.fill(counts, 0);
        long sum = 0;
        for (int i = 0; i < Stripes.COUNT; i++) {
            Stripe stripe = stripes.get(i);
            if (stripe != null) {
                sum += stripe.countInto(bounds, counts);
            }
        }
        for (int i = 1; i < counts.length; i++) {
            counts[i] += counts[i - 1];
        }
        return sum;
    }

    void mergeInto(Merge merge) {
        for (int i = 0; i < Stripes.COUNT; i++) {
            Stripe stripe = stripes.get(i);
            if (stripe != null) {
                stripe.mergeInto(merge);
            }
        }
    }

    private Stripe newStripe(int at) {
        Stripe fresh = new Stripe();
        Stripe witness = stripes.compareAndExchange(at, null, fresh);
        return witness == null ? fresh : witness;
    }
}
