package tasker.nativecore.guard;

import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import tasker.nativecore.metrics.StripedCounter;

/**
 * Let work in until closed, and tell when the last of it has left.
 *
 * <p>Safe for use by many threads; entering and leaving are striped, so that threads do not slow each other down.
 *
 * <p>Why the gate is empty once {@link #inside} has answered 0 after {@link #close}: what has left is summed before
 * what has come in, so equal sums mean that all who had come in by then had left by then; and whoever comes in later
 * adds to the sum before looking, with a full fence between the two, and therefore sees the gate closed.
 */
public final class Gate {
    private static final long LOOK_NANOS = 500_000;

    private final StripedCounter entered = new StripedCounter();
    private final StripedCounter left = new StripedCounter();
    private volatile boolean open = true;

    /** Come in; {@code false} when the gate is closed. Each {@code true} must be followed by one {@link #leave}. */
    public boolean enter() {
        entered.increment();
        VarHandle.fullFence();
        if (open) {
            return true;
        }
        left.increment();
        return false;
    }

    /** Leave. */
    public void leave() {
        left.increment();
    }

    /** Let nobody in any more. */
    public void close() {
        open = false;
        VarHandle.fullFence();
    }

    /** How many are inside, at least; exact while nobody moves. */
    public long inside() {
        long gone = left.value();
        return Math.max(0, entered.value() - gone);
    }

    /**
     * Wait until nobody is inside or the deadline, a {@link System#nanoTime}, has passed; tells whether it is empty.
     */
    public boolean awaitEmpty(long deadlineNanos) throws InterruptedException {
        while (inside() > 0) {
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
