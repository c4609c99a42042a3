package tasker.observability.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Bound how long a client may let the server wait for its bytes.
 *
 * <p>The JDK's server knows a limit for whole responses only, which would end event streams. Here single reads and
 * writes are bounded: an overdue thread is interrupted, which closes its connection. Safe for use by many threads.
 */
final class Deadlines implements AutoCloseable {
    private static final long CHECK_INTERVAL_NANOS = Duration.ofMillis(250).toNanos();

    private final long limitNanos;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private final Thread reaper;
    private volatile boolean closed;

    Deadlines(Duration limit) {
        limitNanos = limit.toNanos();
        // Not a virtual one: handlers that compute must not keep it from looking.
        reaper = Thread.ofPlatform().daemon().name("tasker-http-deadlines").start(this::reap);
    }

    /** Read or write, and be interrupted when that takes too long. */
    void bounded(Transfer transfer) throws IOException {
        Watch watch = new Watch(Thread.currentThread(), System.nanoTime() + limitNanos);
        watches.add(watch);
        try {
            transfer.run();
        } finally {
            watches.remove(watch);
            watch.end();
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(reaper);
    }

    private void reap() {
        while (!closed) {
            LockSupport.parkNanos(this, CHECK_INTERVAL_NANOS);
            long now = System.nanoTime();
            for (Watch watch : watches) {
                watch.check(now);
            }
        }
    }

    /** Read from or write to a client. */
    @FunctionalInterface
    interface Transfer {
        void run() throws IOException;
    }

    /** One transfer under way; once it has ended its thread is not interrupted any more. */
    private static final class Watch {
        private final Thread thread;
        private final long deadline;
        private boolean ended;

        Watch(Thread thread, long deadline) {
            this.thread = thread;
            this.deadline = deadline;
        }

        synchronized void check(long now) {
            if (!ended && now - deadline > 0) {
                thread.interrupt();
            }
        }

        synchronized void end() {
            ended = true;
        }
    }
}
