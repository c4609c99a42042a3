package tasker.events.pgmq;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Line up what waits to be written, and hand it out in groups, in the order it came.
 *
 * <p>One writer at a time collects a group, while the others write theirs. A group has at most the writer's share of
 * all calls that wait or are being written, so that one group is written while the callers of another one come back.
 * The collector lingers for a moment until about as much waits as made up the last group, because the callers of that
 * group are likely to come back at once; after a group of one it does not linger. To join the line never waits and
 * takes no lock. Safe for use by many threads.
 */
final class WaitingLine {
    /** The most events of a group: beyond about a thousand a statement's cost for each stays the same. */
    static final int MAX_EVENTS = 2_000;

    /** The most characters of a group, but for a single call that has more. */
    static final long MAX_LENGTH = 4L * 1_024 * 1_024;

    private static final long LINGER_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

    /** Fewer calls than this are one group, even if another writer has nothing to do. */
    private static final int MIN_SHARE = 8;

    private static final int NOBODY = Integer.MAX_VALUE;

    private final Queue<Submission> line = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ReentrantLock collecting = new ReentrantLock();
    private volatile int wanted = NOBODY;
    private volatile @Nullable Thread collector;
    private final AtomicInteger taken = new AtomicInteger();
    private final int writers;
    private volatile boolean closed;
    private int lastGroup;

    /**
     * Make an empty line.
     *
     * @param writers how many threads take groups
     */
    WaitingLine(int writers) {
        this.writers = writers;
    }

    /** Join the line. */
    void join(Submission submission) {
        line.add(submission);
        if (waiting.incrementAndGet() == wanted) {
            LockSupport.unpark(collector);
        }
    }

    /** How many wait, among them some that were withdrawn. */
    int length() {
        return waiting.get();
    }

    /**
     * Wait for the next group and take it.
     *
     * @param taker told of the group before it leaves the line, so that at every moment it is found here or there
     * @return {@code false} when the line is closed and nothing waits
     */
    boolean next(Consumer<List<Submission>> taker) {
        collecting.lock();
        try {
            collector = Thread.currentThread();
            awaitLength(1, Long.MAX_VALUE);
            if (waiting.get() == 0) {
                return false;
            }
            if (lastGroup > 1) {
                awaitLength(lastGroup * 9 / 10, LINGER_NANOS);
            }
            List<Submission> group = collect();
            lastGroup = group.size();
            taken.addAndGet(group.size());
            taker.accept(group);
            for (Submission submission : group) {
                line.remove();
                submission.take();
            }
            waiting.addAndGet(-group.size());
            return true;
        } finally {
            collector = null;
            collecting.unlock();
        }
    }

    private void awaitLength(int length, long nanos) {
        long end = System.nanoTime() + nanos;
        wanted = length;
        while (waiting.get() < length && !closed) {
            long left = nanos == Long.MAX_VALUE ? nanos : end - System.nanoTime();
            if (left <= 0) {
                break;
            }
            LockSupport.parkNanos(this, left);
            // Writers are ours: nobody interrupts them for another reason than to end, which is asked for above.
            boolean ignored = Thread.interrupted();
        }
        wanted = NOBODY;
    }

    private List<Submission> collect() {
        List<Submission> group = new ArrayList<>(Math.max(16, lastGroup));
        // An equal share for each writer keeps all of them busy at the same time.
        int share = Math.max(MIN_SHARE, (waiting.get() + taken.get() + writers - 1) / writers);
        int events = 0;
        long length = 0;
        for (Submission next : line) {
            events += next.events();
            length += next.charge();
            if (!group.isEmpty() && (group.size() >= share || events > MAX_EVENTS || length > MAX_LENGTH)) {
                break;
            }
            group.add(next);
        }
        return group;
    }

    /** Say that a group of this size has ended. */
    void ended(int group) {
        taken.addAndGet(-group);
    }

    /** Those that wait, oldest first, at some moment during the call. */
    Iterable<Submission> waiting() {
        return line;
    }

    /** Wake the writers, which find the line's end. */
    void close() {
        closed = true;
        LockSupport.unpark(collector);
    }
}
