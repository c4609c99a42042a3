package tasker.plugins.embeddedpostgres;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Wait for something that another process does. */
final class Waiting {
    private static final Duration BOUND = Duration.ofMinutes(2);

    private Waiting() {}

    static void until(String what, BooleanSupplier condition) {
        Deadline deadline = Deadline.in(BOUND);
        while (!condition.getAsBoolean()) {
            if (deadline.hasPassed()) {
                throw new AssertionError("not within " + BOUND + ": " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
