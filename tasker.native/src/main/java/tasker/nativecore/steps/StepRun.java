package tasker.nativecore.steps;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;

/**
 * Follow one step from its submission to its end, and make sure that it ends exactly once.
 *
 * <p>Three may want to end it: the handler that returns, the timer that gives up on a handler which ignores its
 * interrupt, and the worker that stops. {@link #end} lets one of them through. The interrupt can reach the thread only
 * while the handler has it.
 */
final class StepRun {
    private final StepRequest request;
    private final RegisteredHandler handler;
    private final CompletableFuture<StepOutcome> future = new CompletableFuture<>();
    private @Nullable Thread thread;
    private long startedNanos;
    private boolean ended;
    private volatile Cut cut = Cut.NONE;

    StepRun(StepRequest request, RegisteredHandler handler) {
        this.request = request;
        this.handler = handler;
    }

    StepRequest request() {
        return request;
    }

    RegisteredHandler handler() {
        return handler;
    }

    CompletableFuture<StepOutcome> future() {
        return future;
    }

    boolean isCut() {
        return cut != Cut.NONE;
    }

    /** Why the handler was interrupted. */
    Cut cut() {
        return cut;
    }

    /** Give the handler this thread; {@code false} when the step was cut short before. */
    synchronized boolean begin() {
        if (ended || cut != Cut.NONE) {
            return false;
        }
        thread = Thread.currentThread();
        startedNanos = System.nanoTime();
        return true;
    }

    /** Whether the handler got a thread. */
    synchronized boolean hasBegun() {
        return thread != null;
    }

    /** How long the handler has run. */
    synchronized long runNanos() {
        return thread == null ? 0 : Math.max(0, System.nanoTime() - startedNanos);
    }

    /** Interrupt the handler for this reason, unless the step has ended or was interrupted before. */
    synchronized boolean cutShort(Cut reason) {
        if (ended || cut != Cut.NONE) {
            return false;
        }
        cut = reason;
        if (thread != null) {
            thread.interrupt();
        }
        return true;
    }

    /** End the step; {@code true} for the one caller that may say how. */
    synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    /** Whether the step has ended, be the handler back or not. */
    synchronized boolean isOver() {
        return ended;
    }

    /** Name the reasons for an interrupt. */
    enum Cut {
        /** There was none. */
        NONE,
        /** The time limit has passed. */
        TIMEOUT,
        /** The worker stops. */
        STOP
    }
}
