package tasker.bootstrap.demo;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import tasker.bootstrap.console.Formats;
import tasker.events.api.WorkerMetrics;

/**
 * Wait until the events of all steps are published: they are sent after the results, without holding those up.
 *
 * <p>Every event that must be durable comes by the fast path too, after its commit. What a subscriber missed may hide
 * some of them, so then a pause decides.
 */
final class Settling implements Callable<Boolean> {
    private static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Longer than an event may take by default until it is given up. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Ledger ledger;
    private final FastSide fast;
    private final Supplier<WorkerMetrics> metrics;
    private long lastSeen = -1;
    private long movedAt = System.nanoTime();

    Settling(Ledger ledger, FastSide fast, Supplier<WorkerMetrics> metrics) {
        this.ledger = ledger;
        this.fast = fast;
        this.metrics = metrics;
    }

    String status() {
        return "  " + Formats.count(fast.durable()) + "/"
                + Formats.count(ledger.tally().durableEvents()) + " durable events published";
    }

    /** Whether all events came. */
    @Override
    public Boolean call() throws InterruptedException {
        while (true) {
            if (allCame()) {
                return true;
            }
            if (quietFor(PATIENCE)) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private boolean allCame() {
        long seen = fast.received() + fast.missed();
        if (seen != lastSeen) {
            lastSeen = seen;
            movedAt = System.nanoTime();
        }
        boolean durableCame = fast.durable() >= ledger.tally().durableEvents();
        boolean restHidden = fast.missed() > 0 && quietFor(PAUSE);
        return (durableCame || restHidden) && seen == metrics.get().domainEventsPublished();
    }

    private boolean quietFor(Duration duration) {
        return System.nanoTime() - movedAt >= duration.toNanos();
    }
}
