package tasker.events.inprocess;

import java.time.Duration;

/** Keep a log line that could come with every event down to one in ten seconds; safe for use by many threads. */
final class OnceInAWhile {
    private static final long WHILE_NANOS = Duration.ofSeconds(10).toNanos();

    private boolean before;
    private long at;

    /** Whether it is time for one: the first time, and then at most once in a while. */
    synchronized boolean isDue() {
        long now = System.nanoTime();
        if (before && now - at < WHILE_NANOS) {
            return false;
        }
        before = true;
        at = now;
        return true;
    }
}
