package tasker.nativecore.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Pass items from many threads to others, in order, a bounded number at a time, and know how long the first one waits.
 *
 * <p>Many threads may poll at once; one may wait in {@link #take}. Waking a thread costs more than all else here. So
 * that one is woken only when it sleeps, and those that wait for room are woken together, when an eighth of the channel
 * is free again, instead of one after each item.
 *
 * @param <T> what is passed
 */
final class BoundedChannel<T> {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Queue<Waiting<T>> queue = new ConcurrentLinkedQueue<>();
    private final int capacity;
    private final int wakeAt;

    /** Items in the queue and those about to be added to it. */
    private final AtomicInteger size = new AtomicInteger();

    private final AtomicReference<@Nullable Thread> sleeper = new AtomicReference<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final AtomicInteger waiters = new AtomicInteger();

    BoundedChannel(int capacity) {
        this.capacity = capacity;
        wakeAt = capacity - Math.max(1, capacity / 8);
    }

    /** Add an item, waiting while the channel is full; {@code false} when that was given up. */
    boolean put(T item, BooleanSupplier givenUp) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        while (!givenUp.getAsBoolean()) {
            if (reserve() || awaitRoom(LOOK_NANOS)) {
                add(item);
                return true;
            }
        }
        return false;
    }

    /** Add an item unless the channel stays full for this long. */
    boolean offer(T item, long nanos) throws InterruptedException {
        if (reserve() || (nanos > 0 && awaitRoom(nanos))) {
            add(item);
            return true;
        }
        return false;
    }

    /** Take the first item, waiting for one; for one thread at a time. */
    Waiting<T> take() throws InterruptedException {
        while (true) {
            Waiting<T> first = pollWaiting();
            if (first != null) {
                return first;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            // Announced before the second look: an item that is added after it finds the sleeper.
            sleeper.set(Thread.currentThread());
            if (queue.isEmpty()) {
                LockSupport.park(this);
            }
            sleeper.set(null);
        }
    }

    /** Take the first item with the time at which it was put, {@code null} when there is none. */
    @Nullable
    Waiting<T> pollWaiting() {
        Waiting<T> first = queue.poll();
        if (first != null) {
            free();
        }
        return first;
    }

    /** Take the first item, {@code null} when there is none. */
    @Nullable
    T pollNow() {
        Waiting<T> first = pollWaiting();
        return first == null ? null : first.item();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Take this item back; whether it was still there. */
    boolean remove(T item) {
        // One of the two gets it, this or the one that takes.
        boolean removed = queue.removeIf(waiting -> waiting.item().equals(item));
        if (removed) {
            free();
        }
        return removed;
    }

    /** Take out the items that are wanted, in their order. */
    List<Waiting<T>> takeOut(Predicate<T> wanted) {
        List<Waiting<T>> taken = new ArrayList<>();
        for (Waiting<T> waiting : List.copyOf(queue)) {
            // One of the two gets it, this or the one that takes.
            if (wanted.test(waiting.item()) && queue.remove(waiting)) {
                taken.add(waiting);
                free();
            }
        }
        return taken;
    }

    /** See how full the channel is. */
    ChannelFigures figures() {
        Waiting<T> first = queue.peek();
        long oldest = first == null ? 0 : first.ageNanos();
        return new ChannelFigures(size.get(), capacity, oldest);
    }

    private boolean reserve() {
        int seen = size.get();
        while (seen < capacity) {
            int witness = size.compareAndExchange(seen, seen + 1);
            if (witness == seen) {
                return true;
            }
            seen = witness;
        }
        return false;
    }

    private void add(T item) {
        queue.add(new Waiting<>(item, System.nanoTime()));
        if (sleeper.get() != null) {
            LockSupport.unpark(sleeper.getAndSet(null));
        }
    }

    private boolean awaitRoom(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            waiters.incrementAndGet();
            try {
                long left = nanos;
                while (!reserve()) {
                    if (left <= 0) {
                        return false;
                    }
                    left = room.awaitNanos(left);
                }
                return true;
            } finally {
                waiters.decrementAndGet();
            }
        } finally {
            lock.unlock();
        }
    }

    private void free() {
        // Whoever waits has found the channel full, so the size passes this mark on its way down, once: until those who
        // were woken are awake, nothing is gained by waking them again.
        if (size.decrementAndGet() == wakeAt && waiters.get() > 0) {
            lock.lock();
            try {
                room.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Hold an item with the time at which it was put.
     *
     * @param item what is passed
     * @param sinceNanos when it was put, a {@link System#nanoTime}
     */
    record Waiting<T>(T item, long sinceNanos) {
        long ageNanos() {
            return Math.max(0, System.nanoTime() - sinceNanos);
        }
    }
}
