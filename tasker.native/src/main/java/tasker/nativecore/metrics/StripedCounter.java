package tasker.nativecore.metrics;

import java.util.concurrent.atomic.LongAdder;
import tasker.events.api.spi.Meters;

/** Count in cells that threads do not share; safe for use by many threads. */
public final class StripedCounter implements Meters.Counter, Meter {
    private final LongAdder adder = new LongAdder();

    @Override
    public void increment() {
        adder.increment();
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
        adder.add(amount);
    }

    @Override
    public long value() {
        return adder.sum();
    }
}
