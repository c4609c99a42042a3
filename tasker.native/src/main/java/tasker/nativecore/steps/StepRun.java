package tasker.nativecore.steps;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
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
 * while the handler has it: whoever interrupts says so first, and {@link #end} waits for as long as that takes.
 */
final class StepRun {
    /** No time at all. */
    static final long NEVER = Long.MAX_VALUE;

    /** The handler got a thread. */
    private static final int BEGUN = 1;

    /** Someone interrupts the handler at this moment. */
    private static final int CUTTING = 1 << 1;

    /** The handler was interrupted, or must not begin. */
    private static final int CUT = 1 << 2;

    private static final int ENDED = 1 << 3;
    private static final long CUTTING_NANOS = 1_000_000;
    private static final AtomicIntegerFieldUpdater<StepRun> STATE =
            AtomicIntegerFieldUpdater.newUpdater(StepRun.class, "state");

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
    private volatile int state;
    private volatile Cut cut = Cut.NONE;
    private volatile boolean leftBehind;
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

    /** The same attempt, which has not begun, for another handler of the name; its end is the end of the step. */
    StepRun under(RegisteredHandler other) {
        return new StepRun(request, other, limits, future, settling);
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

    /**
     * Give the handler this thread, at this {@link System#nanoTime}; {@code false} when the step was cut short before.
     */
    boolean begin(long nowNanos) {
        thread = Thread.currentThread();
        startedNanos = nowNanos;
        return STATE.compareAndSet(this, 0, BEGUN);
    }

    /** How much of the handler's time is left; negative when it is late. */
    long leftNanos() {
        return startedNanos + timeoutNanos - System.nanoTime();
    }

    /** Whether the handler got a thread. */
    boolean hasBegun() {
        return (state & BEGUN) != 0;
    }

    /** How long the handler has run. */
    long runNanos() {
        return hasBegun() ? Math.max(0, System.nanoTime() - startedNanos) : 0;
    }

    /** When the handler got its thread, a {@link System#nanoTime}. */
    long startedNanos() {
        return startedNanos;
    }

    /** In how many nanoseconds the timer should look at the step; negative when it is late, {@link #NEVER} at best. */
    long dueInNanos() {
        int seen = state;
        if ((seen & ENDED) != 0 || seen == 0) {
            return NEVER;
        }
        if ((seen & CUTTING) != 0) {
            return CUTTING_NANOS;
        }
        return (seen & CUT) == 0 ? leftNanos() : abandonNanos - System.nanoTime();
    }

    /** Interrupt the handler for this reason, unless the step has ended or was interrupted before. */
    boolean cutShort(Cut reason, long graceNanos) {
        int seen = state;
        while ((seen & (CUT | CUTTING | ENDED)) == 0) {
            if (STATE.compareAndSet(this, seen, seen | CUTTING)) {
                cut(reason, graceNanos, seen);
                return true;
            }
            seen = state;
        }
        return false;
    }

    /** The step does not end meanwhile, so the thread is still the handler's. */
    private void cut(Cut reason, long graceNanos, int before) {
        try {
            cut = reason;
            abandonNanos = System.nanoTime() + graceNanos;
            if (before == BEGUN && thread != null) {
                thread.interrupt();
            }
        } finally {
            state = before | CUT;
        }
    }

    /** End the step; {@code true} for the one caller that may say how. */
    @SuppressWarnings("ThreadPriorityCheck") // Whoever cuts it short may be a virtual thread that waits for a carrier.
    boolean end() {
        int seen = state;
        while ((seen & ENDED) == 0) {
            if ((seen & CUTTING) != 0) {
                Thread.yield();
            } else if (STATE.compareAndSet(this, seen, seen | ENDED)) {
                return true;
            }
            seen = state;
        }
        return false;
    }

    /** Know that the handler runs on although the step has ended. */
    void leaveBehind() {
        leftBehind = true;
    }

    /** Whether the handler was left behind when the step ended. */
    boolean isLeftBehind() {
        return leftBehind;
    }

    /** Whether the step has ended, be the handler back or not. */
    boolean isOver() {
        return (state & ENDED) != 0;
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
