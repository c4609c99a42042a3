package tasker.nativecore.delivery;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Bound the events of a subscription: how many handlers run, and how many events may be received and not settled.
 *
 * <p>A handler gives its place back before its event is settled, so that the next event need not wait for the store.
 */
final class Slots {
    private static final long GATHER_MILLIS = 2;
    private static final long LOOK_NANOS = 500_000;

    private final int batch;
    private final Semaphore places;
    private final Semaphore room;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger unsettled = new AtomicInteger();

    Slots(int concurrency, int batchSize) {
        batch = Math.min(batchSize, concurrency);
        places = new Semaphore(concurrency);
        room = new Semaphore(2 * concurrency);
    }

    /**
     * Take places for the events of one read, waiting for the first.
     *
     * @param busy whether more events are known to wait: then it is worth a moment to read some at once instead of one
     * @return how many, from 1
     * @throws InterruptedException when the thread is interrupted; then no place is taken
     */
    int take(boolean busy) throws InterruptedException {
        places.acquire();
        boolean whole = false;
        try {
            room.acquire();
            whole = true;
        } finally {
            if (!whole) {
                places.release();
            }
        }
        int taken = more(1, batch);
        if (busy && taken < batch) {
            int missing = batch - taken;
            boolean gathered;
            try {
                gathered = places.tryAcquire(missing, GATHER_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                giveBack(taken);
                throw e;
            }
            if (gathered) {
                if (room.tryAcquire(missing)) {
                    taken += missing;
                } else {
                    places.release(missing);
                }
            }
            taken = more(taken, batch);
        }
        return taken;
    }

    private int more(int already, int wanted) {
        int taken = already;
        while (taken < wanted && places.tryAcquire()) {
            if (!room.tryAcquire()) {
                places.release();
                break;
            }
            taken++;
        }
        return taken;
    }

    /** Give back what was taken and is not needed. */
    void giveBack(int count) {
        places.release(count);
        room.release(count);
    }

    /** A handler begins with an event that a place was taken for. */
    void begun() {
        running.incrementAndGet();
        unsettled.incrementAndGet();
    }

    /** A handler has ended. */
    void ended() {
        running.decrementAndGet();
        places.release();
    }

    /** An event is settled. */
    void settled() {
        unsettled.decrementAndGet();
        room.release();
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
