package tasker.nativecore.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.Exemplar;
import tasker.events.api.spi.Meters;

/**
 * Record durations in a striped log-linear histogram; safe for use by many threads.
 *
 * <p>A platform thread that records for long has a stripe of its own ({@link StripeOwners}) and records without atomic
 * operations. Every other thread records into the stripe that its id hashes to, with atomic additions; none keeps
 * anything, so virtual threads cost nothing. So nothing is lost, and threads seldom meet. Stripes, and the octaves
 * within them, come into being when they are first recorded into; so does the room for examples, one of each octave.
 * Quantiles are off by at most 0.4 % ({@link Buckets}); count, sum and maximum are exact.
 */
public final class LatencyHistogram implements Meters.Timer, Meter {
    private static final VarHandle STRIPES = MethodHandles.arrayElementVarHandle(Stripe[].class);

    /** Those that have an owner, then those that are shared. */
    private final @Nullable Stripe[] stripes = new Stripe[StripeOwners.SLOTS + Stripes.COUNT];

    /** One of each octave. */
    private final Exemplars exemplars = new Exemplars(Buckets.ROWS);

    @Override
    public void record(long nanos, Optional<TraceContext> trace) {
        record(nanos);
        long value = Math.max(0, nanos);
        exemplars.offer(Buckets.row(value), value, trace);
    }

    @Override
    public List<Exemplar> exemplars() {
        return exemplars.all();
    }

    @Override
    public void record(long nanos) {
        long value = Math.max(0, nanos);
        int own = StripeOwners.own();
        if (own == StripeOwners.NONE) {
            stripe(StripeOwners.SLOTS + Stripes.current()).record(value);
        } else {
            stripe(own).recordAlone(value);
        }
    }

    @Override
    public Distribution sinceStart() {
        StripeOwners.forgetEnded();
        Merge merge = new Merge();
        mergeInto(merge);
        return merge.distribution();
    }

    @Override
    public long countUpTo(long[] bounds, long[] counts) {
        StripeOwners.forgetEnded();
        Arrays.fill(counts, 0);
        Bounds known = Bounds.of(bounds);
        long sum = 0;
        for (int i = 0; i < stripes.length; i++) {
            Stripe stripe = (Stripe) STRIPES.getAcquire(stripes, i);
            if (stripe != null) {
                sum += stripe.countInto(known, counts);
            }
        }
        for (int i = 1; i < counts.length; i++) {
            counts[i] += counts[i - 1];
        }
        return sum;
    }

    /** Add what another histogram holds, into which nothing is recorded meanwhile. */
    public void absorb(LatencyHistogram other) {
        Stripe shared = stripe(StripeOwners.SLOTS);
        for (int i = 0; i < other.stripes.length; i++) {
            Stripe stripe = (Stripe) STRIPES.getAcquire(other.stripes, i);
            if (stripe != null) {
                shared.absorb(stripe);
            }
        }
    }

    void mergeInto(Merge merge) {
        for (int i = 0; i < stripes.length; i++) {
            Stripe stripe = (Stripe) STRIPES.getAcquire(stripes, i);
            if (stripe != null) {
                stripe.mergeInto(merge);
            }
        }
    }

    private Stripe stripe(int at) {
        Stripe stripe = (Stripe) STRIPES.getAcquire(stripes, at);
        return stripe == null ? newStripe(at) : stripe;
    }

    private Stripe newStripe(int at) {
        Stripe fresh = new Stripe();
        Stripe witness = (Stripe) STRIPES.compareAndExchange(stripes, at, null, fresh);
        return witness == null ? fresh : witness;
    }
}
