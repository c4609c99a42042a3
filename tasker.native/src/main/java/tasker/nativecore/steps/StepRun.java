package tasker.nativecore.steps;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tasker.events.api.StepLimits;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TraceContext;

/**
 * Follow one attempt of a step from its submission to its end, and make sure that it ends exactly once.
 *
 * <p>Three may want to end it: the handler that returns, the timer that gives up on a handler which ignores its
 * interrupt, and the worker that stops. {@link #end} lets one of them through. The interrupt can reach the thread only
 * while the handler has it.
 */
final class StepRun {
    /** No time at all. */
    static final long NEVER = Long.MAX_VALUE;

    private final StepRequest request;
    private final RegisteredHandler handler;
    private final StepLimits limits;
    private final long timeoutNanos;
    private final CompletableFuture<StepOutcome> future;
    private final Optional<StepSettling> settling;
    private @Nullable Thread thread;
    private int place = -1;
    private long startedNanos;
    private long abandonNanos;
    private boolean ended;
    private volatile Cut cut = Cut.NONE;
    private volatile @Nullable TraceContext span;

    StepRun(StepRequest request, RegisteredHandler handler, StepLimits limits) {
        this(request, handler, limits, new CompletableFuture<>(), Optional.empty());
    }

    StepRun(StepRequest request, RegisteredHandler handler, StepLimits limits, StepSettling settling) {
        this(request, handler, limits, new CompletableFuture<>(), Optional.of(settling));
    }

    private StepRun(
            StepRequest request,
            RegisteredHandler handler,
            StepLimits limits,
            CompletableFuture<StepOutcome> future,
            Optional<StepSettling> settling) {
        this.request = request;
        this.handler = handler;
        this.limits = limits;
        this.future = future;
        this.settling = settling;
        timeoutNanos = limits.timeout().orElse(handler.timeout()).toNanos();
    }

    StepRequest request() {
        return request;
    }

    RegisteredHandler handler() {
        return handler;
    }

    StepLimits limits() {
        return limits;
    }

    long timeoutNanos() {
        return timeoutNanos;
    }

    CompletableFuture<StepOutcome> future() {
        return future;
    }

    /** Remember the place among the steps that run. */
    void takePlace(int taken) {
        place = taken;
    }

    /** Whether there were a permit for the handler and room for the outcome. */
    boolean wasStarted() {
        return place >= 0;
    }

    int place() {
        return place;
    }

    /** Who settles the step with its source; empty when it came from this process. */
    Optional<StepSettling> settling() {
        return settling;
    }

    /** Whether a step that ended like this should be tried again here; its source tries those again that have one. */
    boolean mayRetry(StepResult result) {
        return cut != Cut.STOP
                && settling.isEmpty()
                && request.attempt() < limits.maxAttempts()
                && result instanceof StepResult.Failure failure
                && failure.kind() != StepResult.FailureKind.PERMANENT;
    }

    /** The next attempt, whose end is the end of the step. */
    StepRun next() {
        return new StepRun(request.withAttempt(request.attempt() + 1), handler, limits, future, settling);
    }

    /** The trace that the handler runs, or has run, in. */
    Optional<TraceContext> trace() {
        TraceContext own = span;
        return own == null ? request.trace() : Optional.of(own);
    }

    /** Remember the span that was begun for this attempt. */
    void within(TraceContext context) {
        span = context;
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

    /** How much of the handler's time is left; negative when it is late. */
    synchronized long leftNanos() {
        return startedNanos + timeoutNanos - System.nanoTime();
    }

    /** Whether the handler got a thread. */
    synchronized boolean hasBegun() {
        return thread != null;
    }

    /** How long the handler has run. */
    synchronized long runNanos() {
        return thread == null ? 0 : Math.max(0, System.nanoTime() - startedNanos);
    }

    /** When the handler got its thread, a {@link System#nanoTime}. */
    synchronized long startedNanos() {
        return startedNanos;
    }

    /** In how many nanoseconds the timer should look at the step; negative when it is late, {@link #NEVER} at best. */
    synchronized long dueInNanos() {
        if (ended || (thread == null && cut == Cut.NONE)) {
            return NEVER;
        }
        long due = cut == Cut.NONE ? startedNanos + timeoutNanos : abandonNanos;
        return due - System.nanoTime();
    }

    /** Interrupt the handler for this reason, unless the step has ended or was interrupted before. */
    synchronized boolean cutShort(Cut reason, long graceNanos) {
        if (ended || cut != Cut.NONE) {
            return false;
        }
        cut = reason;
        abandonNanos = System.nanoTime() + graceNanos;
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
