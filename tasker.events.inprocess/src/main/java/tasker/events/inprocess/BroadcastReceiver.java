package tasker.events.inprocess;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Receive what is published into a {@link BroadcastChannel}, from the moment of the subscription or from a position on.
 *
 * <p>For use by one thread at a time, except {@link #position()}, {@link #missed()}, {@link #isClosed()} and
 * {@link #close()}, which any thread may call.
 *
 * @param <T> the type of the elements
 */
public final class BroadcastReceiver<T> implements AutoCloseable {
    private static final VarHandle POSITION;
    private static final VarHandle WAITER;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            POSITION = lookup.findVarHandle(BroadcastReceiver.class, "position", long.class);
            WAITER = lookup.findVarHandle(BroadcastReceiver.class, "waiter", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** So many elements between two waits are a burst. */
    private static final int BURST = 8;

    /** How long to wait awake for what follows a burst: 7 µs where this was measured, about the cost of a wake-up. */
    private static final int LINGER_SPINS = 512;

    /** How long to leave the ring to its publishers between two looks: 0.8 µs where this was measured. */
    private static final int LOOK_SPINS = 64;

    private static final int SPINS = 64;
    private static final int YIELDS = 64;
    private static final long PAUSE_NANOS = 20_000;
    private static final long FOREVER_NANOS = Long.MAX_VALUE / 2;

    private final BroadcastChannel<T> channel;
    private final Ring<T> ring;

    /** The sequence to read next. Written by the reading thread, read by all. */
    private long position;

    /** How many were found overwritten; once closed, how many were missed in all. Guarded by this receiver. */
    private long skipped;

    /** The last head start, and where it was needed; for the reading thread only. */
    private int headStart = 1;

    private long fellBehindAt;

    /** Whether elements come fast, and where the last wait was; for the reading thread only. */
    private boolean busy;

    private long awaitedAt;

    /** The position that was looked at when this was closed. Guarded by this receiver. */
    private long retiredAt = -1;

    private volatile boolean closed;

    /** The thread that is parked or about to be; whoever sets this back also counts it out. */
    @SuppressWarnings("UnusedVariable") // Accessed through WAITER.
    private volatile @Nullable Thread waiter;

    BroadcastReceiver(BroadcastChannel<T> channel, Ring<T> ring, long position) {
        this.channel = channel;
        this.ring = ring;
        this.position = position;
        awaitedAt = position;
    }

    /** The next element, or empty when there is none now or ever again; never waits. */
    public Optional<T> poll() {
        return Optional.ofNullable(next());
    }

    /**
     * The next element, waiting for one at most this long; empty when none came, or when this receiver is closed.
     *
     * @throws InterruptedException when the thread is interrupted while there is no element
     * @throws IllegalStateException when another thread waits in this receiver
     */
    public Optional<T> poll(Duration bound) throws InterruptedException {
        T element = next();
        // Reading the clock would cost more than the rest, so not before there is something to wait for.
        for (long deadline = 0; element == null; element = next()) {
            deadline = deadline == 0 ? deadline(bound) : deadline;
            if (isClosed() || !await(deadline)) {
                return Optional.empty();
            }
        }
        return Optional.of(element);
    }

    /**
     * How many elements were overwritten before this receiver read them, those included that it has not yet come to; no
     * longer grows once it is closed, but for the one that is being read at that moment.
     */
    public synchronized long missed() {
        return closed ? skipped : missedBefore(position());
    }

    /** How many elements came before the one that is read next, since the channel was opened. */
    public long position() {
        return (long) POSITION.getAcquire(this);
    }

    /** Whether nothing will come any more: this receiver is closed, or the channel is and the rest was read. */
    public boolean isClosed() {
        return closed || ring.isPastEnd(position());
    }

    /** End the subscription and wake the thread that waits in it; closing twice does nothing. */
    @Override
    public void close() {
        channel.remove(this);
        wake();
    }

    /** The next element, or {@code null} when there is none now. */
    @Nullable
    T next() {
        long at = position;
        for (int overtaken = 0; !closed; overtaken++) {
            if (ring.isReadable(at)) {
                // Before the read: seen from another thread, an element that is overwritten right after it was read
                // must not look missed.
                POSITION.setRelease(this, at + 1);
                T element = ring.read(at);
                if (element != null) {
                    return element;
                }
            } else if (!ring.isGone(at)) {
                return null;
            }
            at = skip(at, overtaken);
        }
        return null;
    }

    /**
     * Wait until {@link #next()} has something to find or the receiver is closed.
     *
     * @param deadline on the clock of {@link System#nanoTime()}
     * @return {@code false} when neither came in time
     * @throws InterruptedException when the waiting thread is interrupted
     */
    boolean await(long deadline) throws InterruptedException {
        long at = position;
        for (int claimed = 0; !isReady(at); ) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long remaining = deadline - System.nanoTime();
            if (remaining <= 0) {
                return false;
            }
            if (isBusy(at)) {
                linger(at);
            } else if (!park(at, remaining)) {
                pause(claimed++);
            }
        }
        return true;
    }

    /** The moment after this time, on the clock of {@link System#nanoTime()}. */
    static long deadline(Duration bound) {
        long nanos = bound.compareTo(Duration.ofNanos(FOREVER_NANOS)) > 0 ? FOREVER_NANOS : bound.toNanos();
        return System.nanoTime() + Math.max(0, nanos);
    }

    /** How many elements wait to be read. */
    int backlog() {
        return Math.clamp(ring.tail() - position(), 0, ring.capacity());
    }

    int capacity() {
        return ring.capacity();
    }

    /** Close this receiver, once, and tell how many it has missed. */
    synchronized long retire() {
        retiredAt = position();
        skipped = missedBefore(retiredAt);
        closed = true;
        return skipped;
    }

    /** Wake the thread that is parked here, if there is one. */
    void wake() {
        if (waiter != null) {
            Thread thread = (Thread) WAITER.getAndSet(this, null);
            if (thread != null) {
                channel.countParked(-1);
                LockSupport.unpark(thread);
            }
        }
    }

    /**
     * Whether it is worth to wait awake for a moment: while elements come so fast, to park for each would cost this
     * thread and its publisher more than the wait.
     */
    private boolean isBusy(long at) {
        busy |= at - awaitedAt >= BURST;
        awaitedAt = at;
        return busy;
    }

    /**
     * Wait awake, for some microseconds; when nothing comes, this thread parks until many come at once again. It looks
     * seldom, and not at once: each look takes a cache line from the publisher that is about to write there, and one
     * followed so closely gets on several times slower; a moment later several dozen elements can be read in one go. It
     * does not yield: on a busy machine that gives the processor away for milliseconds, and nobody wakes who only
     * yielded.
     */
    private void linger(long at) {
        for (int spins = 1; spins <= LINGER_SPINS; spins++) {
            Thread.onSpinWait();
            if (spins % LOOK_SPINS == 0 && isReady(at)) {
                return;
            }
        }
        busy = false;
    }

    private boolean isReady(long at) {
        return isClosed() || ring.isReadable(at) || ring.isGone(at);
    }

    /**
     * Park until a publisher wakes this thread, unless the next element is on its way already.
     *
     * <p>No wake-up is lost: this thread sets its waiter (A) and then reads the counter of claims (B); a publisher adds
     * its claim to that counter (C) and then reads whether there is a waiter (D). All four are volatile accesses, which
     * have one order: if B comes before C, then A comes before D, and the publisher wakes this thread after it has
     * published; if B comes after C, this thread sees the claim and does not park. Claims serve here rather than stamps
     * because to claim is a full fence that the publisher pays for anyway; a store of a stamp followed by the read of
     * the waiter would need another.
     *
     * <p>Two threads that wait at once are a mistake of the caller's, and the second is told so.
     *
     * @return whether it parked; if not, the element is between its claim and its publication, or the channel closed
     */
    private boolean park(long at, long nanos) {
        channel.countParked(1);
        if (!WAITER.compareAndSet(this, null, Thread.currentThread())) {
            channel.countParked(-1);
            throw new IllegalStateException(
                    "Another thread waits in this poller already, and would miss its wake-up; give each thread its own.");
        }
        boolean idle = !closed && ring.isUnclaimed(at);
        if (idle) {
            LockSupport.parkNanos(this, nanos);
        }
        // Only its own: after the wake-up another thread may have taken the place, whose wake-up this must not undo.
        if (WAITER.compareAndSet(this, Thread.currentThread(), null)) {
            channel.countParked(-1);
        }
        return idle;
    }

    /** Give a publisher that is in the middle of publishing the time to finish: nanoseconds, unless it lost its CPU. */
    @SuppressWarnings("ThreadPriorityCheck") // There is nothing to be signalled: the publisher needs a processor.
    private static void pause(int tries) {
        if (tries < SPINS) {
            Thread.onSpinWait();
        } else if (tries < SPINS + YIELDS) {
            Thread.yield();
        } else {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Count what was overwritten and go on at the oldest that is kept, or further when that was not enough. */
    long skip(long at, int overtaken) {
        long next = firstKept(at, overtaken == 0 ? 0 : headStart(at));
        boolean late;
        synchronized (this) {
            // Retired between the step of the position and a read that then failed: retire() took this one as read.
            late = closed && retiredAt == at + 1;
            if (!closed) {
                skipped += next - at;
            } else if (late) {
                skipped++;
            }
            POSITION.setRelease(this, next);
        }
        if (late) {
            // Outside of this receiver's lock, which others take after that of the channel's registry.
            channel.dropLate();
        }
        return next;
    }

    /** How many were missed when this sequence is the next to read; called under the lock. */
    private long missedBefore(long at) {
        return ring.isGone(at) ? skipped + firstKept(at, 0) - at : skipped;
    }

    /** Where to resume after a sequence that is gone. */
    private long firstKept(long gone, int headStart) {
        return Math.max(gone + 1, ring.tail() - ring.capacity() + headStart);
    }

    /**
     * How far beyond the oldest to resume when that was overwritten before it could be read: twice as far each time, at
     * most half the ring, and from the beginning once this receiver has kept up for a ring.
     */
    private int headStart(long at) {
        headStart = at - fellBehindAt > ring.capacity() ? 1 : Math.min(ring.capacity() / 2, headStart * 2);
        fellBehindAt = at;
        return headStart;
    }
}
