package tasker.nativecore.steps;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Pass items from many threads to one, in order, a bounded number at a time, and know how long the first one waits.
 *
 * @param <T> what is passed
 */
final class BoundedChannel<T> {
    private static final long LOOK_MILLIS = 20;

    private final BlockingQueue<Waiting<T>> queue;
    private final int capacity;

    BoundedChannel(int capacity) {
        this.capacity = capacity;
        queue = new ArrayBlockingQueue<>(capacity);
    }

    /** Add an item, waiting while the channel is full; {@code false} when that was given up. */
    boolean put(T item, BooleanSupplier givenUp) throws InterruptedException {
        Waiting<T> waiting = new Waiting<>(item, System.nanoTime());
        while (!givenUp.getAsBoolean()) {
            if (queue.offer(waiting, LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                return true;
            }
        }
        return false;
    }

    /** Add an item unless the channel stays full for this long. */
    boolean offer(T item, long nanos) throws InterruptedException {
        return queue.offer(new Waiting<>(item, System.nanoTime()), nanos, TimeUnit.NANOSECONDS);
    }

    /** Take the first item, waiting for one. */
    Waiting<T> take() throws InterruptedException {
        return queue.take();
    }

    /** Take the first item, waiting for one at most this long; {@code null} when none came. */
    @Nullable
    Waiting<T> poll(long nanos) throws InterruptedException {
        return queue.poll(nanos, TimeUnit.NANOSECONDS);
    }

    /** Take the first item, {@code null} when there is none. */
    @Nullable
    T pollNow() {
        Waiting<T> first = queue.poll();
        return first == null ? null : first.item();
    }

    /** Take this item back, if it is still there. */
    void remove(T item) {
        queue.removeIf(waiting -> waiting.item().equals(item));
    }

    /** See how full the channel is. */
    ChannelFigures figures() {
        Waiting<T> first = queue.peek();
        long oldest = first == null ? 0 : first.ageNanos();
        return new ChannelFigures(queue.size(), capacity, oldest);
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
