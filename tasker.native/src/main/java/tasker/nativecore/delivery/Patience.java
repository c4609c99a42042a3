package tasker.nativecore.delivery;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.nativecore.guard.Failures;

/** Decide whether a call of the store that failed is worth another attempt, and wait before it; for one thread. */
final class Patience {
    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    private final long untilNanos;
    private final CountDownLatch stopping;
    private long pauseMillis = 50;

    /**
     * Begin.
     *
     * @param untilNanos when the events come back by themselves, a {@link System#nanoTime}
     * @param stopping ends all patience
     */
    Patience(long untilNanos, CountDownLatch stopping) {
        this.untilNanos = untilNanos;
        this.stopping = stopping;
    }

    /** Wait a moment after this failure; {@code false} when it was the last attempt. */
    boolean allowsAnother(String what, int events, Throwable failure) {
        boolean again = System.nanoTime() - untilNanos < 0 && !isStoppedWithin(pauseMillis);
        pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
        LOG.warn(
                "event=settling_failed what={} events={} again={} reason=\"{}\"",
                what,
                events,
                again,
                Failures.message(failure));
        return again;
    }

    private boolean isStoppedWithin(long millis) {
        try {
            return stopping.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
