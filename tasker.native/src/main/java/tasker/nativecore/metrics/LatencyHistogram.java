package tasker.nativecore.metrics;

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
    /** More stripes than processors, because ids that meet in one stripe keep meeting. */
    private static final int STRIPES =
            Integer.highestOneBit(Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 16) * 4 - 1) << 1;

    private static final int HASH_SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(STRIPES);

    /** The golden ratio times 2^64: Fibonacci hashing (Knuth 6.4) spreads ids that follow each other evenly. */
    private static final long GOLDEN_RATIO = 0x9E37_79B9_7F4A_7C15L;

    private final AtomicReferenceArray<Stripe> stripes = new AtomicReferenceArray<>(STRIPES);

    @Override
    public void record(long nanos) {
        int at = (int) ((Thread.currentThread().threadId() * GOLDEN_RATIO) >>> HASH_SHIFT);
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

    void mergeInto(Merge merge) {
        for (int i = 0; i < STRIPES; i++) {
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
