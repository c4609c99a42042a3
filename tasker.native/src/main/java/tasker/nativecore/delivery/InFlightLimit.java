package tasker.nativecore.delivery;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Bound the events of a subscription: how many handlers run, and how many events may be received and not settled.
 *
 * <p>A handler gives its place back before its event is settled, so that the next event need not wait for the store.
 * One thread takes; it is woken once there is as much as it waits for, and not by each place that becomes free, which
 * would cost more than handling most events. Safe for use by many threads beside that one.
 */
final class InFlightLimit {
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LOOK_NANOS = 500_000;
    private static final int NOTHING = Integer.MAX_VALUE;

    private final int batch;
    private final AtomicInteger places;
    private final AtomicInteger room;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger unsettled = new AtomicInteger();
    private volatile @Nullable Thread taker;
    private volatile int wanted = NOTHING;

    InFlightLimit(int concurrency, int batchSize) {
        batch = Math.min(batchSize, concurrency);
        places = new AtomicInteger(concurrency);
        room = new AtomicInteger(2 * concurrency);
    }

    /**
     * Take places for the events of one read, waiting for the first; for use by one thread.
     *
     * @param busy whether more events are known to wait: then it is worth a moment to read some at once instead of one
     * @return how many, from 1
     * @throws InterruptedException when the thread is interrupted; then no place is taken
     */
    int take(boolean busy) throws InterruptedException {
        taker = Thread.currentThread();
        try {
            await(1, Long.MAX_VALUE);
            if (busy) {
                await(batch, GATHER_NANOS);
            }
        } finally {
            wanted = NOTHING;
        }
        // Others only add to what is free.
        int taken = Math.min(batch, free());
        places.addAndGet(-taken);
        room.addAndGet(-taken);
        return taken;
    }

    private void await(int count, long nanos) throws InterruptedException {
        long begin = System.nanoTime();
        // Told before the look: whoever frees something looks here after it.
        wanted = count;
        while (free() < count) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long left = nanos - (System.nanoTime() - begin);
            if (left <= 0) {
                return;
            }
            LockSupport.parkNanos(this, left);
        }
    }

    private int free() {
        return Math.min(places.get(), room.get());
    }

    private void tellTaker() {
        if (free() >= wanted) {
            LockSupport.unpark(taker);
        }
    }

    /** Give back what was taken and is not needed. */
    void giveBack(int count) {
        places.addAndGet(count);
        room.addAndGet(count);
        tellTaker();
    }

    /** Handlers are about to begin with so many events that places were taken for. */
    void begun(int count) {
        running.addAndGet(count);
        unsettled.addAndGet(count);
    }

    /** A handler has ended. */
    void ended() {
        running.decrementAndGet();
        places.incrementAndGet();
        tellTaker();
    }

    /** So many events are settled. */
    void settled(int count) {
        unsettled.addAndGet(-count);
        room.addAndGet(count);
        tellTaker();
    }

    /** How many handlers run. */
    int running() {
        return running.get();
    }

    /** How many events are received and not settled. */
    int unsettled() {
        return unsettled.get();
    }

    /** Wait until no handler runs or the deadline, a {@link System#nanoTime}, has passed; tells whether none runs. */
    boolean awaitIdle(long deadlineNanos) throws InterruptedException {
        while (running() > 0) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (System.nanoTime() - deadlineNanos >= 0) {
                return false;
            }
            LockSupport.parkNanos(this, LOOK_NANOS);
        }
        return true;
    }
}
