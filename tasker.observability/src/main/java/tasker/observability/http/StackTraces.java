package tasker.observability.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Decide when a failure's stack trace is worth logging: that of each kind once a minute, for probes meet the same
 * failure every few seconds; safe for use by many threads.
 */
final class StackTraces {
    private static final long EVERY_NANOS = Duration.ofMinutes(1).toNanos();

    /** Kinds are few; what makes more of them may be logged more often, and must not fill the memory. */
    private static final int MAX_KINDS = 100;

    private final LongSupplier nanoClock;
    private final Map<String, Long> logged = new HashMap<>();

    StackTraces(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Whether to log the stack trace of this failure now; asking counts as logging. */
    synchronized boolean isDue(String path, Throwable failure) {
        StackTraceElement[] stack = failure.getStackTrace();
        String kind = path + " " + failure.getClass().getName() + " " + (stack.length == 0 ? "" : stack[0]);
        long now = nanoClock.getAsLong();
        Long last = logged.get(kind);
        if (last != null && now - last < EVERY_NANOS) {
            return false;
        }
        if (logged.size() >= MAX_KINDS) {
            logged.clear();
        }
        logged.put(kind, now);
        return true;
    }
}
