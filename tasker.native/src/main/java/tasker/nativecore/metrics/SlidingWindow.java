package tasker.nativecore.metrics;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import tasker.events.api.spi.Distribution;

/**
 * Record durations and forget them when they are older than a window; safe for use by many threads, which never wait.
 *
 * <p>The window is cut into {@value #SLICES} slices, each a histogram. The one being filled is shown together with the
 * whole window before it: a value is shown for at least the window and at most a tenth of it longer.
 */
public final class SlidingWindow {
    private static final int SLICES = 10;

    private final AtomicReferenceArray<Slice> ring = new AtomicReferenceArray<>(SLICES + 1);
    private final LongSupplier clock;
    private final long start;
    private final long sliceNanos;

    /** The slice that is being filled: knowing the time is then all that recording adds to the histogram. */
    private volatile Slice latest;

    /** Look back this far. */
    public SlidingWindow(Duration window) {
        this(window, System::nanoTime);
    }

    /** Look back this far on a monotonic clock of nanoseconds. */
    SlidingWindow(Duration window, LongSupplier clock) {
        this.clock = clock;
        this.start = clock.getAsLong();
        this.sliceNanos = window.toNanos() / SLICES;
        if (sliceNanos < 1) {
            throw new IllegalArgumentException("the window is " + window + "; expected at least 10 ns");
        }
        this.latest = advanceTo(0);
    }

    /** Record one duration, in nanoseconds, that ends now; a negative one counts as 0. */
    public void record(long nanos) {
        record(nanos, clock.getAsLong());
    }

    /**
     * Record one duration whose end the caller knows: reading the clock is most of what the other method costs.
     *
     * @param nanos the duration, in nanoseconds; a negative one counts as 0
     * @param endNanos when it ended, as {@link System#nanoTime()} told it, and not in the future; one that is older
     *     than the newest slice counts in that slice
     */
    public void record(long nanos, long endNanos) {
        long sinceStart = endNanos - start;
        Slice slice = latest;
        (sinceStart < slice.end ? slice : advanceTo(sinceStart / sliceNanos)).values.record(nanos);
    }

    /** Look at what was recorded within the window. */
    public Distribution current() {
        return current(List.of(this));
    }

    /** Look at what was recorded within several windows, as if it had been recorded in one. */
    public static Distribution current(Collection<SlidingWindow> windows) {
        StripeOwners.forgetEnded();
        Merge merge = new Merge();
        windows.forEach(window -> window.mergeInto(merge));
        return merge.distribution();
    }

    private void mergeInto(Merge merge) {
        long now = (clock.getAsLong() - start) / sliceNanos;
        for (int i = 0; i < ring.length(); i++) {
            Slice slice = ring.get(i);
            if (slice != null && slice.number >= now - SLICES && slice.number <= now) {
                slice.values.mergeInto(merge);
            }
        }
    }

    private Slice advanceTo(long number) {
        int at = (int) (number % ring.length());
        Slice slice = ring.get(at);
        while (slice == null || slice.number < number) {
            Slice fresh = new Slice(number, (number + 1) * sliceNanos, new LatencyHistogram());
            slice = ring.compareAndSet(at, slice, fresh) ? fresh : ring.get(at);
        }
        latest = slice;
        return slice;
    }

    /** Hold what was recorded in one slice of time, which ends this long after the start. */
    private record Slice(long number, long end, LatencyHistogram values) {}
}
