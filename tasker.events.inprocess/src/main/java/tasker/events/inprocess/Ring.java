package tasker.events.inprocess;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Keep the last elements that many threads append, readable by sequence without a lock.
 *
 * <p>An element gets the next sequence, from 0, by one {@code compareAndSet}, and lives in one slot until the element
 * one lap later replaces it. A publisher that loses the race for a sequence pauses for less than a microsecond and then
 * takes one by {@code getAndAdd}, which cannot fail: so the winner appends several dozen meanwhile, with the counter
 * and the slots in its own cache, rather than that both fetch them from each other for each element. That is why
 * sequences that follow each other stand side by side, too. Beside each slot stands a stamp: the sequence it belongs to
 * and whether that element is being written, published or abandoned. A slot's stamp only ever grows.
 *
 * <h2>Why this is correct</h2>
 *
 * <p><b>Two writers never share a slot.</b> The writer of sequence {@code s} writes only after it has read, with
 * acquire, that {@code s - capacity} is finished, which its writer says with release as its last act. So the writers of
 * one slot happen one after the other, in the order of their sequences. A writer that was stopped by the scheduler in
 * the middle and is reached by one a full lap later is waited for: two words cannot be replaced together without a lock
 * or an allocation, and to drop either element would lose one that no reader was too slow for. That wait is the only
 * one: it depends on a fellow writer that is between two instructions, never on a reader. It cannot be circular, since
 * it only ever goes to smaller sequences, and it happens only when that writer stands still while all others append
 * {@code capacity} elements.
 *
 * <p><b>A reader never sees the element of another sequence.</b> A writer marks the slot as being written (W1), stores
 * the element with release (W2), and stores the published stamp with release (W3). A reader of {@code s} loads the
 * stamp with acquire and finds {@code s} published (R1), loads the element with acquire (R2), and loads the stamp again
 * (R3). By R1 the element of {@code s} happens before R2, so R2 sees it or a later one. If R2 sees a later one, then W2
 * of that writer synchronizes with R2, so its W1 happens before R3, and R3 finds a greater stamp: the read is refused.
 * If R3 finds {@code s}, R2 has seen the element of {@code s}.
 *
 * <p><b>An element is published whole.</b> W3 and R1 are a release and an acquire: all that the writer did before is
 * visible to the reader.
 *
 * <p><b>Sealing is exact.</b> It sets the sign bit of the counter that writers claim from: a claim either came before,
 * and its element is kept, or finds the bit, and writes nothing.
 */
final class Ring<T> {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle ELEMENTS = MethodHandles.arrayElementVarHandle(Object[].class);

    /** A stamp is a sequence, shifted by this, plus what became of it: 0 while it is being written, or one of these. */
    private static final int STATE_BITS = 2;

    private static final int PUBLISHED = 1;
    private static final int ABANDONED = 2;

    private static final long SEALED = Long.MIN_VALUE;

    /** Where the counter stands in its array: 128 bytes from anything else, as adjacent lines are fetched in pairs. */
    private static final int TAIL = 16;

    /** How long a publisher leaves the ring to the one that was faster: 0.8 µs where this was measured. */
    private static final int PAUSE_SPINS = 64;

    private static final int SPINS_BEFORE_YIELD = 64;

    private final long[] counter = new long[2 * TAIL + 1];
    private final long[] stamps;
    private final @Nullable Object[] elements;
    private final int mask;
    private final long lap;
    /** The number of elements once sealed. */
    private volatile long end = Long.MAX_VALUE;

    /** Make room for this many elements, a power of two. */
    Ring(int capacity) {
        stamps = new long[capacity];
        elements = new Object[capacity];
        mask = capacity - 1;
        lap = (long) capacity << STATE_BITS;
        for (int sequence = 0; sequence < capacity; sequence++) {
            stamps[sequence] = published(sequence) - lap;
        }
    }

    int capacity() {
        return stamps.length;
    }

    /** Append an element; {@code false} when the ring is sealed. Allocates nothing. */
    boolean append(T element) {
        long sequence = (long) LONGS.getOpaque(counter, TAIL);
        if (sequence >= 0 && !LONGS.compareAndSet(counter, TAIL, sequence, sequence + 1)) {
            sequence = claimAfterPause();
        }
        if (sequence < 0) {
            return false;
        }
        // Inline, as a call after the claim could fail outside of the try block.
        int slot = (int) sequence & mask;
        long writing = sequence << STATE_BITS;
        try {
            if ((long) LONGS.getAcquire(stamps, slot) < writing - lap + PUBLISHED) {
                awaitPredecessor(slot, writing - lap + PUBLISHED);
            }
            LONGS.setOpaque(stamps, slot, writing);
            ELEMENTS.setRelease(elements, slot, element);
            LONGS.setRelease(stamps, slot, writing + PUBLISHED);
        } catch (Throwable failure) {
            // Only an error of the virtual machine comes here, most likely a full stack, and a sequence that stayed
            // claimed would hold up every reader and, a lap later, every writer. Nothing may be called, as that needs
            // stack: plain accesses do, and the volatile read makes each turn of the loop read the stamp anew.
            boolean predecessorWrites = true;
            while (predecessorWrites) {
                predecessorWrites = end >= 0 && stamps[slot] < writing - lap + PUBLISHED;
            }
            stamps[slot] = writing + ABANDONED;
            throw failure;
        }
        return true;
    }

    /** How many elements were appended. */
    long tail() {
        long tail = (long) LONGS.getVolatile(counter, TAIL);
        return tail >= 0 ? tail : sealedTail();
    }

    /** Whether no element has claimed this sequence and the ring is open; a volatile read, see the receiver's park. */
    boolean isUnclaimed(long sequence) {
        long tail = (long) LONGS.getVolatile(counter, TAIL);
        return tail >= 0 && tail <= sequence;
    }

    /** Take no more elements; {@code false} when that was so already. */
    synchronized boolean seal() {
        long tail = (long) LONGS.getAndBitwiseOr(counter, TAIL, SEALED);
        if (tail < 0) {
            return false;
        }
        end = tail;
        return true;
    }

    /** Whether the ring is sealed before this sequence. */
    boolean isPastEnd(long sequence) {
        return sequence >= end;
    }

    boolean isSealed() {
        return end != Long.MAX_VALUE;
    }

    /** Whether {@link #read} of this sequence may succeed. */
    boolean isReadable(long sequence) {
        return stamp(sequence) == published(sequence);
    }

    /** Whether this sequence will never, or never again, be readable. */
    boolean isGone(long sequence) {
        return stamp(sequence) > published(sequence);
    }

    /** The element of a sequence that was just found readable; {@code null} when it is being replaced. */
    @SuppressWarnings("unchecked")
    @Nullable
    T read(long sequence) {
        Object element = ELEMENTS.getAcquire(elements, slot(sequence));
        return stamp(sequence) == published(sequence) ? (T) element : null;
    }

    private int slot(long sequence) {
        return (int) sequence & mask;
    }

    private long stamp(long sequence) {
        return (long) LONGS.getAcquire(stamps, slot(sequence));
    }

    private static long published(long sequence) {
        return (sequence << STATE_BITS) + PUBLISHED;
    }

    /** The end, once the thread that set the sign bit has also set the end. */
    private synchronized long sealedTail() {
        return end;
    }

    private long claimAfterPause() {
        for (int spins = 0; spins < PAUSE_SPINS; spins++) {
            Thread.onSpinWait();
        }
        return (long) LONGS.getAndAdd(counter, TAIL, 1L);
    }

    @SuppressWarnings("ThreadPriorityCheck") // The writer that is waited for needs a processor, not a signal.
    private void awaitPredecessor(int slot, long finished) {
        for (int tries = 0; (long) LONGS.getAcquire(stamps, slot) < finished; tries++) {
            if (tries < SPINS_BEFORE_YIELD) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }
}
