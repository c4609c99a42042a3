package tasker.nativecore.steps;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tasker.events.api.StepLimits;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.TaskerException;
import tasker.nativecore.config.WhenFull;
import tasker.nativecore.steps.Parking.Parked;

/**
 * Let steps in: each to the handler of its name, or to where those wait whose handler is being replaced. Safe for use
 * by many threads.
 */
final class Admission {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final PipelineLimits limits;
    private final Handlers handlers;
    private final Parking parking;
    private final BoundedChannel<StepRun> dispatch;
    private final Dispatcher dispatcher;
    private final Completer completer;
    private final Intake intake;
    private volatile boolean closed;

    Admission(
            PipelineLimits limits,
            Handlers handlers,
            Parking parking,
            BoundedChannel<StepRun> dispatch,
            Dispatcher dispatcher,
            Completer completer,
            Intake intake) {
        this.limits = limits;
        this.handlers = handlers;
        this.parking = parking;
        this.dispatch = dispatch;
        this.dispatcher = dispatcher;
        this.completer = completer;
        this.intake = intake;
    }

    /** Refuse those who wait. */
    void close() {
        closed = true;
    }

    /** The handler of this name, or its stand-in while it is being replaced; {@code null} when there is neither. */
    @Nullable
    RegisteredHandler find(String name) {
        RegisteredHandler handler = handlers.find(name);
        if (handler == null) {
            // In this order: the stand-in comes before the handler goes, and goes after another one has come.
            handler = parking.find(name);
        }
        return handler == null ? handlers.find(name) : handler;
    }

    CompletableFuture<StepOutcome> submit(StepRequest request, StepLimits stepLimits) throws InterruptedException {
        intake.submitted.increment();
        while (true) {
            RegisteredHandler handler = enter(request.handler());
            StepRun run = new StepRun(request, handler, stepLimits);
            boolean taken = false;
            try {
                taken = handler.isAbsent() ? park(run) : put(run);
            } finally {
                if (!taken) {
                    handler.life().steps().leave();
                }
            }
            if (taken) {
                dispatcher.dispatch();
                return run.future();
            }
        }
    }

    boolean submit(StepRequest request, StepLimits stepLimits, StepSettling settling) throws InterruptedException {
        RegisteredHandler handler = find(request.handler());
        if (handler == null || !handler.life().steps().enter()) {
            return false;
        }
        StepRun run = new StepRun(request, handler, stepLimits, settling);
        intake.submitted.increment();
        boolean taken = false;
        try {
            taken = handler.isAbsent()
                    ? parking.park(new Parked(run, System.nanoTime(), false))
                    : dispatch.put(run, () -> isStopping(run)) && !(isStopping() && run.end());
        } finally {
            if (!taken) {
                dispatch.remove(run);
                handler.life().steps().leave();
                intake.closed.increment();
            }
        }
        dispatcher.dispatch();
        return taken;
    }

    /** Enter the gate of the handler of this name, or of its stand-in. */
    private RegisteredHandler enter(String name) {
        while (true) {
            RegisteredHandler handler = find(name);
            if (handler == null) {
                intake.unknown.increment();
                throw handlers.unknown(name);
            }
            if (handler.life().steps().enter()) {
                return handler;
            }
            if (handlers.isClosed()) {
                intake.closed.increment();
                throw closed();
            }
            // It was taken away since it was found.
            Thread.onSpinWait();
        }
    }

    /** Hold a step until its handler is replaced; {@code false} when it is by now. */
    private boolean park(StepRun run) throws InterruptedException {
        while (parking.size() >= limits.dispatchBuffer()) {
            if (limits.whenFull() != WhenFull.WAIT || completer.isCurrentThread()) {
                intake.full.increment();
                throw full();
            }
            if (Thread.interrupted()) {
                intake.interrupted.increment();
                throw new InterruptedException();
            }
            if (isStopping()) {
                intake.closed.increment();
                throw closed();
            }
            LockSupport.parkNanos(this, LOOK_NANOS);
        }
        return parking.park(new Parked(run, System.nanoTime(), false));
    }

    /** Put a step into the dispatch channel; {@code false} when its handler was taken away meanwhile. */
    private boolean put(StepRun run) throws InterruptedException {
        boolean waits = limits.whenFull() == WhenFull.WAIT && !completer.isCurrentThread();
        try {
            boolean there = waits ? dispatch.put(run, () -> isStopping(run)) : dispatch.offer(run, 0);
            // It is not full as long as what waits in it could start.
            while (!there && !waits && (dispatcher.startFirst() || dispatcher.isStarting())) {
                there = dispatch.offer(run, 0);
            }
            if (!there && !waits) {
                intake.full.increment();
                throw full();
            }
            // Stopped meanwhile: either the step is found in the channel and ended, or it is taken back here.
            if (isStopping() && (!there || run.end())) {
                dispatch.remove(run);
                intake.closed.increment();
                throw closed();
            }
            return there;
        } catch (InterruptedException e) {
            intake.interrupted.increment();
            throw e;
        }
    }

    private boolean isStopping(StepRun run) {
        return isStopping() || run.handler().life().isRevoked();
    }

    private boolean isStopping() {
        return closed || dispatcher.isRejecting();
    }

    private TaskerException full() {
        if (completer.isCurrentThread()) {
            return new TaskerException(
                    "TASKER-S106",
                    "the result sink submits a step while " + limits.dispatchBuffer()
                            + " wait; submit from another thread, since the sink must not wait for itself");
        }
        return new TaskerException(
                "TASKER-S110",
                "the dispatch channel is full, " + limits.dispatchBuffer()
                        + " steps wait; submit the step again later, or set worker.dispatch-when-full to wait");
    }

    private static TaskerException closed() {
        return new TaskerException("TASKER-W202", "the worker takes no more steps, it is closed");
    }
}
