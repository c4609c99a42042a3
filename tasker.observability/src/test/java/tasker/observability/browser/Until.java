package tasker.observability.browser;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Wait for what happens outside of this process. */
final class Until {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private Until() {}

    /** Wait until a condition holds, and fail when it does not within a minute. */
    static void holds(String what, Condition condition) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within a minute: " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    /** Look at something. */
    @FunctionalInterface
    interface Condition {
        boolean holds();
    }
}
