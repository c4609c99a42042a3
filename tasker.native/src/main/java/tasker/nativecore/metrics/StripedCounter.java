package tasker.nativecore.metrics;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.Exemplar;
import tasker.events.api.spi.Meters;

/** Count in cells that threads seldom share; safe for use by many threads. */
public final class StripedCounter implements Meters.Counter, Meter {
    /** One cell a cache line, the first and the last one away from other objects. */
    private static final int LINE = 8;

    private final AtomicLongArray cells = new AtomicLongArray((Stripes.COUNT + 1) * LINE);

    private final Exemplars exemplars = new Exemplars(1);

    @Override
    public void increment(Optional<TraceContext> trace) {
        increment();
        exemplars.offer(0, 1, trace);
    }

    @Override
    public Optional<Exemplar> exemplar() {
        return exemplars.all().stream().findFirst();
    }

    @Override
    public void increment() {
        cells.getAndAdd((Stripes.current() + 1) * LINE, 1);
    }

    /**
     * Count several.
     *
     * @throws IllegalArgumentException when the amount is negative
     */
    @Override
    public void add(long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException("a counter never falls, and was asked to add " + amount);
        }
        cells.getAndAdd((Stripes.current() + 1) * LINE, amount);
    }

    /** How many were counted; exact while nobody counts. */
    @Override
    public long value() {
        long sum = 0;
        for (int i = 1; i <= Stripes.COUNT; i++) {
            sum += cells.get(i * LINE);
        }
        return sum;
    }
}
