package tasker.nativecore;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerState;
import tasker.nativecore.lifecycle.ServiceStack;

/**
 * Lead a worker through its states: it starts once and closes once, whichever threads ask for that and when.
 *
 * <p>A close during the start interrupts the starting thread, which then leaves {@code start} with an error; whichever
 * of the two threads comes first closes what was started.
 */
final class WorkerLife {
    private final CountDownLatch startEnded = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Runnable stop;
    private volatile WorkerState state = WorkerState.STARTING;
    private volatile boolean closeRequested;
    /** Set after the stamp, for which every value of the clock is a valid one. */
    private volatile boolean stamped;

    private long startedNanos;
    private boolean startCalled;
    private boolean interruptedByClose;
    private @Nullable Thread starting;

    /** Prepare a life that ends with this action, which drains and closes everything and does not throw. */
    WorkerLife(Runnable stop) {
        this.stop = stop;
    }

    WorkerState state() {
        return state;
    }

    /** Whether the start should be given up. */
    boolean isCloseRequested() {
        return closeRequested;
    }

    /** Time since the start was called. */
    long uptimeNanos() {
        return stamped ? Math.max(0, System.nanoTime() - startedNanos) : 0;
    }

    /**
     * Run the start on this thread.
     *
     * @param start starts the services; when it throws, {@code undo} closes again what was started
     */
    void start(Runnable start, Runnable undo) {
        beginStart();
        Throwable failure = null;
        try {
            start.run();
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        boolean ours = endStart(failure == null);
        if (ours && failure != null) {
            undo.run();
            markError();
        }
        startEnded.countDown();
        if (ours && failure == null) {
            return;
        }
        if (closeRequested) {
            finish();
            throw new TaskerException("TASKER-W204", "the worker was closed while it started", failure);
        }
        if (failure instanceof Error error) {
            throw error;
        }
        throw failure instanceof RuntimeException exception ? exception : new IllegalStateException(failure);
    }

    /** Close, or wait until the thread that closes is done; at most this long for a start that is under way. */
    void close(long startPatienceNanos) {
        if (ServiceStack.isClosingThread() || !requestClose()) {
            return;
        }
        awaitStartEnded(startPatienceNanos);
        finish();
    }

    private synchronized void beginStart() {
        if (startCalled || state != WorkerState.STARTING) {
            throw new IllegalStateException("the worker was started or closed before; build a new one");
        }
        startCalled = true;
        starting = Thread.currentThread();
        startedNanos = System.nanoTime();
        stamped = true;
    }

    /** Let go of the starting thread; {@code false} when the worker was closed meanwhile. */
    private synchronized boolean endStart(boolean running) {
        starting = null;
        if (interruptedByClose && Thread.interrupted()) {
            interruptedByClose = false;
        }
        if (running && !closeRequested) {
            state = WorkerState.RUNNING;
        }
        return !closeRequested;
    }

    private synchronized void markError() {
        if (state == WorkerState.STARTING) {
            state = WorkerState.ERROR;
        }
    }

    /** Enter the state of closing; {@code false} when there is nothing left to wait for. */
    private synchronized boolean requestClose() {
        if (state == WorkerState.STOPPED || state == WorkerState.ERROR) {
            return false;
        }
        closeRequested = true;
        state = WorkerState.SHUTTING_DOWN;
        if (!startCalled) {
            startCalled = true;
            startEnded.countDown();
        }
        if (starting == Thread.currentThread()) {
            return false;
        }
        if (starting != null && !interruptedByClose) {
            interruptedByClose = true;
            starting.interrupt();
        }
        return true;
    }

    private void awaitStartEnded(long nanos) {
        try {
            startEnded.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void finish() {
        if (closing.compareAndSet(false, true)) {
            try {
                stop.run();
            } finally {
                state = WorkerState.STOPPED;
                closed.countDown();
            }
            return;
        }
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
