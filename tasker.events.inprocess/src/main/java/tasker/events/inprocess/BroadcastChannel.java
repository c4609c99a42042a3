package tasker.events.inprocess;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Objects;

/**
 * Broadcast elements from many publishers to many receivers, of which none can hold up a publisher.
 *
 * <p>The channel is a bounded ring. Its contract is that of tokio's {@code sync::broadcast}:
 *
 * <ul>
 *   <li>{@link #publish} never waits for a receiver, never fails because of one, and allocates nothing. It is one
 *       {@code compareAndSet} and three stores; after a lost race for the next place it pauses, once, for less than a
 *       microsecond. It waits only for another publisher that was stopped by the scheduler in the middle of its own
 *       {@code publish} while the others published a whole ring of elements.
 *   <li>Every receiver sees every element that was published after it subscribed, in one order that is the same for all
 *       receivers and keeps the order of each publisher. An element is visible once {@code publish} has returned and so
 *       have the calls that came before it in that order.
 *   <li>A receiver that has fallen further behind than the ring holds resumes at the oldest element still kept, and
 *       counts exactly how many it missed. While publishers overwrite even that one before it can be read, the receiver
 *       resumes further on, at most half a ring, so that it gets anywhere. Loss is counted, never an error.
 *   <li>After {@link #close} publishing does nothing; receivers are closed once they have read the rest.
 *   <li>A receiver that waits is woken by the publisher. While none waits, that costs the publisher one read of a
 *       counter that does not change.
 * </ul>
 *
 * <p>The channel keeps the last {@link #capacity()} elements reachable, read or not, until others replace them or the
 * channel itself is garbage. It keeps a receiver until that is closed, and nothing of it afterwards.
 *
 * <p>Safe for use by many threads, virtual ones too.
 *
 * @param <T> the type of the elements, best immutable: all receivers get the same instance
 */
public final class BroadcastChannel<T> implements AutoCloseable {
    /** The smallest capacity. */
    public static final int MIN_CAPACITY = 2;

    /** The largest capacity. */
    public static final int MAX_CAPACITY = 1 << 20;

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    /** Where the count stands in its array: 128 bytes from anything else. */
    private static final int COUNT = 16;

    private final Ring<T> ring;

    /** How many receivers are parked or about to be; at least as many as have a waiting thread set. */
    private final long[] parked = new long[2 * COUNT + 1];

    /** Guards changes of the registry and sums over it. */
    private final Object registry = new Object();

    /** Replaced, never changed. */
    private volatile BroadcastReceiver<?>[] receivers = {};

    /** What receivers that are closed had missed. */
    private long droppedByClosed;

    /**
     * Open a channel.
     *
     * @param capacity how many elements are kept: a power of two, {@value #MIN_CAPACITY} to {@value #MAX_CAPACITY}
     * @throws IllegalArgumentException when the capacity is anything else
     */
    public BroadcastChannel(int capacity) {
        if (!isCapacity(capacity)) {
            throw new IllegalArgumentException("capacity is " + capacity + "; expected a power of two from "
                    + MIN_CAPACITY + " to " + MAX_CAPACITY);
        }
        ring = new Ring<>(capacity);
    }

    /** Whether a channel can have this capacity. */
    public static boolean isCapacity(int capacity) {
        return capacity >= MIN_CAPACITY && capacity <= MAX_CAPACITY && Integer.bitCount(capacity) == 1;
    }

    /**
     * Publish one element to every receiver.
     *
     * @return {@code false} when the channel is closed and the element was not taken
     */
    public boolean publish(T element) {
        boolean taken = ring.append(Objects.requireNonNull(element, "element"));
        // Volatile, and after the claim in append: see BroadcastReceiver.park for why no wake-up is lost.
        if (taken && (long) LONGS.getVolatile(parked, COUNT) > 0) {
            wakeReceivers();
        }
        return taken;
    }

    /** Subscribe to the elements that are published from now on. */
    public BroadcastReceiver<T> subscribe() {
        return subscribe(Long.MAX_VALUE);
    }

    /**
     * Subscribe to the elements from a position on; those that are not kept any more count as missed.
     *
     * @param position what {@link BroadcastReceiver#position()} of an earlier receiver of this channel was; one below 0
     *     is 0, and one that no element has reached yet is that of the next element
     */
    public BroadcastReceiver<T> subscribe(long position) {
        synchronized (registry) {
            long from = Math.max(0, Math.min(position, ring.tail()));
            BroadcastReceiver<T> receiver = new BroadcastReceiver<>(this, ring, from);
            BroadcastReceiver<?>[] more = Arrays.copyOf(receivers, receivers.length + 1);
            more[receivers.length] = receiver;
            receivers = more;
            return receiver;
        }
    }

    /** Take no more elements; receivers still read what was published before. Closing twice does nothing. */
    @Override
    public void close() {
        if (ring.seal()) {
            wakeReceivers();
        }
    }

    /** Whether the channel takes no more elements. */
    public boolean isClosed() {
        return ring.isSealed();
    }

    /** How many elements are kept. */
    public int capacity() {
        return ring.capacity();
    }

    /** How many elements were published. */
    public long published() {
        return ring.tail();
    }

    /** How many elements receivers have missed: the sum of {@link BroadcastReceiver#missed()}, of closed ones too. */
    public long dropped() {
        synchronized (registry) {
            long dropped = droppedByClosed;
            for (BroadcastReceiver<?> receiver : receivers) {
                dropped += receiver.missed();
            }
            return dropped;
        }
    }

    /** How many receivers are open. */
    public int receivers() {
        return receivers.length;
    }

    /** How many elements the slowest receiver has yet to read, at most the capacity; 0 when there is no receiver. */
    public int backlog() {
        int backlog = 0;
        for (BroadcastReceiver<?> receiver : receivers) {
            backlog = Math.max(backlog, receiver.backlog());
        }
        return backlog;
    }

    /** Forget a receiver and keep what it had missed. */
    void remove(BroadcastReceiver<?> receiver) {
        synchronized (registry) {
            int at = Arrays.asList(receivers).indexOf(receiver);
            if (at < 0) {
                return;
            }
            droppedByClosed += receiver.retire();
            BroadcastReceiver<?>[] fewer = Arrays.copyOf(receivers, receivers.length - 1);
            System.arraycopy(receivers, at + 1, fewer, at, fewer.length - at);
            receivers = fewer;
        }
    }

    /** Count one more that a receiver has missed which was closed meanwhile. */
    void dropLate() {
        synchronized (registry) {
            droppedByClosed++;
        }
    }

    /** Count receivers that are about to park, or no longer are. */
    void countParked(long difference) {
        LONGS.getAndAdd(parked, COUNT, difference);
    }

    private void wakeReceivers() {
        for (BroadcastReceiver<?> receiver : receivers) {
            receiver.wake();
        }
    }
}
