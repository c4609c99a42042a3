package tasker.events.pgmq;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lead what one call publishes from waiting to its one end.
 *
 * <p>Whoever gets it there first ends it: the writer that wrote it, the deadline, or the caller's interrupt. Until its
 * transaction's commit is about to be sent it can be withdrawn, and is then never written: the writer asks with
 * {@link #beginCommit()} before it commits, and writes the others without it. Whoever ended it wakes its caller. Safe
 * for use by many threads.
 */
final class Submission {
    private final AtomicReference<Phase> phase;
    private final QueueName queue;
    private final int events;
    private final long start;
    private final long deadline;
    private final long charge;
    private final @Nullable Thread caller;
    private final @Nullable CompletableFuture<Void> future;
    /** Let go of at the end, because a submission that was withdrawn stays in the line for a while. */
    private volatile @Nullable Outgoing outgoing;

    /** Where it is. */
    private sealed interface Phase {}

    private enum Step implements Phase {
        WAITING,
        TAKEN,
        COMMITTING
    }

    private record Ended(@Nullable WriteFailure failure) implements Phase {}

    private static final Ended WRITTEN = new Ended(null);

    private Submission(
            Outgoing outgoing,
            Step phase,
            long start,
            long deadline,
            long charge,
            @Nullable Thread caller,
            @Nullable CompletableFuture<Void> future) {
        this.phase = new AtomicReference<>(phase);
        this.outgoing = outgoing;
        this.queue = outgoing.queue();
        this.events = outgoing.size();
        this.start = start;
        this.deadline = deadline;
        this.charge = charge;
        this.caller = caller;
        this.future = future;
    }

    /** What the calling thread is going to {@link #await()}, when a writer takes it. */
    static Submission ofWaitingCaller(Outgoing outgoing, long start, long deadline, long charge) {
        return new Submission(outgoing, Step.WAITING, start, deadline, charge, Thread.currentThread(), null);
    }

    /** What the calling thread writes itself. */
    static Submission ofWritingCaller(Outgoing outgoing, long start, long deadline, long charge) {
        return new Submission(outgoing, Step.TAKEN, start, deadline, charge, null, null);
    }

    /** What this future stands for. */
    static Submission ofFuture(
            Outgoing outgoing, long start, long deadline, long charge, CompletableFuture<Void> future) {
        return new Submission(outgoing, Step.WAITING, start, deadline, charge, null, future);
    }

    QueueName queue() {
        return queue;
    }

    int events() {
        return events;
    }

    /** When the call began, by {@link System#nanoTime()}. */
    long start() {
        return start;
    }

    long deadline() {
        return deadline;
    }

    /** How much of the buffer it holds. */
    long charge() {
        return charge;
    }

    boolean isAsynchronous() {
        return future != null;
    }

    /** Take it out of the line; {@code false} when it was withdrawn. */
    boolean take() {
        return phase.compareAndSet(Step.WAITING, Step.TAKEN);
    }

    /** What to write; {@code null} when it was withdrawn. */
    @Nullable
    Outgoing outgoing() {
        return outgoing;
    }

    /** Announce that the commit is about to be sent; {@code false} when it was withdrawn. */
    boolean beginCommit() {
        return phase.compareAndSet(Step.TAKEN, Step.COMMITTING);
    }

    /** Take the announcement back: nothing was committed. */
    void cancelCommit() {
        phase.compareAndSet(Step.COMMITTING, Step.TAKEN);
    }

    /** End it as written; {@code false} when it has ended otherwise. */
    boolean endWritten() {
        return end(WRITTEN);
    }

    /** End it as failed; {@code false} when it has ended. */
    boolean endFailed(WriteFailure failure) {
        return end(new Ended(failure));
    }

    private boolean end(Ended ending) {
        while (true) {
            Phase now = phase.get();
            if (now instanceof Ended) {
                return false;
            }
            if (phase.compareAndSet(now, ending)) {
                outgoing = null;
                return true;
            }
        }
    }

    /** End it unless its commit was announced; {@code false} when it has ended, or is being committed. */
    boolean withdraw(WriteFailure failure) {
        Ended ending = new Ended(failure);
        if (phase.compareAndSet(Step.WAITING, ending) || phase.compareAndSet(Step.TAKEN, ending)) {
            outgoing = null;
            return true;
        }
        return false;
    }

    /** Whether somebody waits for the end on a virtual thread. */
    boolean hasVirtualCaller() {
        return caller != null && caller.isVirtual();
    }

    /** Wake whoever waits for the end. */
    void wake() {
        LockSupport.unpark(caller);
    }

    /** Why it failed; {@code null} when it was written. */
    @Nullable
    WriteFailure failure() {
        if (phase.get() instanceof Ended end) {
            return end.failure();
        }
        throw new IllegalStateException("it has not ended");
    }

    /**
     * Wait until it has ended.
     *
     * @return whether the thread was interrupted meanwhile; the flag is cleared
     */
    boolean await() {
        while (!(phase.get() instanceof Ended)) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                return true;
            }
        }
        return false;
    }

    /** Hand the end to the future, whose dependents may run whatever they like on this thread. */
    void completeFuture() {
        if (future != null) {
            WriteFailure failure = failure();
            if (failure == null) {
                future.complete(null);
            } else {
                future.completeExceptionally(failure.of(queue));
            }
        }
    }
}
