package tasker.nativecore.lifecycle;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.spi.WorkerService;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;

/**
 * Close services, each on a thread that is interrupted when its time is over and left behind when it ignores that; safe
 * for use by many threads.
 */
final class BoundedClose {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedClose.class);
    private static final long GRACE_MILLIS = 250;

    private static final Set<Thread> CLOSING = ConcurrentHashMap.newKeySet();

    private BoundedClose() {}

    /** Whether the current thread is closing a service. */
    static boolean isCurrentThread() {
        return CLOSING.contains(Thread.currentThread());
    }

    /**
     * Close a service within this time, which begins when its thread does, so that services are closed in their turn
     * however busy the machine is; what it throws is logged. An interrupt of the caller ends the wait. Tells whether it
     * has ended, and was not left behind.
     */
    static boolean close(String name, WorkerService service, long nanos) {
        CountDownLatch begun = new CountDownLatch(1);
        Thread thread = Thread.ofPlatform()
                .daemon()
                .name("tasker-close-" + name)
                .unstarted(() -> closeHere(name, service, begun));
        CLOSING.add(thread);
        thread.start();
        boolean interrupted = awaitStubbornly(begun);
        try {
            if (interrupted) {
                throw new InterruptedException();
            }
            TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, nanos));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (thread.isAlive()) {
            thread.interrupt();
            interrupted |= awaitGrace(thread);
        }
        boolean left = thread.isAlive();
        if (left) {
            LOG.warn("event=service_left_behind code=TASKER-W206 service={} bound_ms={}", name, nanos / 1_000_000);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !left;
    }

    /** Tells whether the thread was interrupted. */
    private static boolean awaitStubbornly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private static boolean awaitGrace(Thread thread) {
        try {
            thread.join(GRACE_MILLIS);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private static void closeHere(String name, WorkerService service, CountDownLatch begun) {
        begun.countDown();
        try {
            Foreign.run(service, service::close);
        } catch (Throwable e) {
            LOG.warn("event=service_close_failed service={}", name, Failures.loggable(e));
        } finally {
            CLOSING.remove(Thread.currentThread());
        }
    }
}
