package tasker.events.inprocess;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Wait in tests for what another thread does. */
final class Await {
    /** Time enough for a machine that is busy with other things. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    private Await() {}

    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + LIMIT);
            }
            LockSupport.parkNanos(100_000);
        }
    }

    /** Wait until a thread is parked. */
    static void untilParked(Thread thread) {
        until(() -> thread.getState() == Thread.State.TIMED_WAITING);
    }
}
