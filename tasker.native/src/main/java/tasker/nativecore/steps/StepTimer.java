package tasker.nativecore.steps;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Call a task when the earliest of many times has come, on one thread.
 *
 * <p>Handlers almost never reach their time limits, so setting one must cost next to nothing: it is one comparison
 * while an earlier time is set. The task looks at all that may be late and says when it wants to look again.
 */
final class StepTimer implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(StepTimer.class);
    private static final long NEVER = Long.MAX_VALUE;

    /** However many times are set, the task looks no more often than this. */
    private static final long LEAST_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private final LongSupplier task;
    private final long origin = System.nanoTime();
    private final AtomicLong wake = new AtomicLong(NEVER);
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Call this task, which tells in how many nanoseconds it wants to be called again, {@code Long.MAX_VALUE} for
     * never.
     */
    StepTimer(LongSupplier task) {
        this.task = task;
        thread = Thread.ofPlatform().daemon().name("tasker-step-timer").unstarted(this);
    }

    void start() {
        thread.start();
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    /** Call the task in so many nanoseconds, or earlier. */
    void callIn(long nanos) {
        callAt(System.nanoTime() + nanos);
    }

    /** Call the task at this {@link System#nanoTime}, or earlier. */
    void callAt(long nanoTime) {
        if (lower(nanoTime - origin)) {
            LockSupport.unpark(thread);
        }
    }

    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        while (!closed) {
            long left = wake.get() - now();
            if (left > 0) {
                LockSupport.parkNanos(this, left);
            } else {
                // Before the look: a time that is set during it is kept.
                wake.set(NEVER);
                look();
            }
        }
    }

    private void look() {
        try {
            long next = task.getAsLong();
            if (next != NEVER) {
                lower(now() + Math.max(LEAST_NANOS, next));
            }
        } catch (RuntimeException | Error e) {
            LOG.error("event=step_timer_failed", e);
            lower(now() + TimeUnit.SECONDS.toNanos(1));
        }
    }

    private boolean lower(long due) {
        long seen = wake.get();
        while (due < seen) {
            long witness = wake.compareAndExchange(seen, due);
            if (witness == seen) {
                return true;
            }
            seen = witness;
        }
        return false;
    }

    private long now() {
        return System.nanoTime() - origin;
    }
}
