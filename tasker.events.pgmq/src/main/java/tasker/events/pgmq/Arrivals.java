package tasker.events.pgmq;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Wake consumers that wait for a queue when something was written to it, so that they need not wait for their next
 * look; safe for use by many threads. To announce costs a writer next to nothing while nobody waits.
 *
 * <p>An arrival wakes one of those who wait. When that one finds as much as it can take it passes the news on, so that
 * one event does not send every consumer to the database.
 */
final class Arrivals {
    private final AtomicLong count = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();

    /** What to hand to {@link #await}; take it before looking into the queue, so that no arrival is slept through. */
    long seen() {
        return count.get();
    }

    /** Wake one who waits. */
    void announce() {
        count.incrementAndGet();
        passOn();
    }

    /** Wake one more of those who wait, because there is more than one could take. */
    void passOn() {
        if (waiting.get() > 0) {
            lock.lock();
            try {
                arrived.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Wake all who wait. */
    void announceToAll() {
        count.incrementAndGet();
        lock.lock();
        try {
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Wait at most this long, or until something was announced since {@link #seen()}. */
    void await(long seen, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        waiting.incrementAndGet();
        try {
            long left = nanos;
            while (left > 0 && count.get() == seen) {
                left = arrived.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            // The news may have been meant for this thread, which leaves without looking.
            arrived.signal();
            throw e;
        } finally {
            waiting.decrementAndGet();
            lock.unlock();
        }
    }
}
