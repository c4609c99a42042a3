package tasker.nativecore.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;
import tasker.nativecore.routing.EventRouter;
import tasker.nativecore.steps.StepRun.Cut;
import tasker.nativecore.tracing.Tracing;
import tasker.nativecore.tracing.Work;

/**
 * Run handlers on the virtual threads that look for steps, each within its time limit.
 *
 * <p>A thread runs one step after the other. Each begins with a log context of its own and without an interrupt; what
 * else one of them leaves in the thread, such as thread locals, reaches the next.
 *
 * <p>A handler that does not return soon after its interrupt is left behind: its step ends as timed out and its permit
 * is given back, so that handlers which hang cannot bring the worker to a halt. The permit is given back before the
 * outcome is sent, so that a slow sink does not keep handlers from running.
 */
final class StepRunner {
    private static final Logger LOG = LoggerFactory.getLogger(StepRunner.class);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final PipelineLimits limits;
    private final String workerId;
    private final EventRouter router;
    private final Tracing tracing;
    private final StepSlots slots;
    private final RunningSteps running;
    private final StepTimer timer = new StepTimer(this::look);
    private final Retries retries = new Retries();
    private final Exit exit;
    private volatile boolean stopping;

    /** Prepare to run; what runs leaves by this exit. */
    StepRunner(
            PipelineLimits limits, String workerId, EventRouter router, Tracing tracing, StepSlots slots, Exit exit) {
        this.tracing = tracing;
        this.limits = limits;
        this.workerId = workerId;
        this.router = router;
        this.exit = exit;
        this.slots = slots;
        running = new RunningSteps(limits.maxConcurrent());
    }

    void startTimer() {
        timer.start();
    }

    boolean isTimerAlive() {
        return timer.isAlive();
    }

    /** The steps that wait for their next attempt. */
    Retries retries() {
        return retries;
    }

    /** Look for steps that can start in a tenth of a second at the latest, whatever happens. */
    void lookSoon() {
        timer.callIn(LOOK_NANOS);
    }

    /** Look for steps that can start a tenth of a second after this one has ended, whatever happens then. */
    void lookSoonAfter(Completed completed) {
        // Without reading the clock, which would cost more than all else here.
        timer.callAt(completed.run().startedNanos()
                + completed.outcome().executionTime().toNanos()
                + LOOK_NANOS);
    }

    /**
     * Run a step, which has its slots, to its end; the thread looks for the next one afterwards, and is counted so.
     *
     * @return whether the step ended without waiting for anything
     */
    boolean run(StepRun run, long nowNanos) {
        boolean atOnce = false;
        try {
            running.add(run);
            if (stopping || run.handler().life().isRevoked()) {
                cutShort(run);
            }
            atOnce = runAdded(run, nowNanos);
        } catch (RuntimeException | Error e) {
            LOG.error("event=step_failed step_id={}", run.request().stepId(), e);
        }
        slots.look();
        return atOnce;
    }

    /** How many handlers run now. */
    int inProgress() {
        return running.count();
    }

    /** Interrupt every handler that runs, and leave those behind that ignore it. */
    void interruptAll() {
        stopping = true;
        running.forEach(this::cutShort);
    }

    /** Interrupt the handlers of these steps, and leave those behind that ignore it. */
    void interrupt(Predicate<StepRun> which) {
        running.forEach(run -> {
            if (which.test(run)) {
                cutShort(run);
            }
        });
    }

    private void cutShort(StepRun run) {
        run.cutShort(Cut.STOP, limits.interruptGrace().toNanos());
        timer.callIn(limits.interruptGrace().toNanos());
    }

    /** End a step whose handler never started, because the worker stops. */
    void reject(StepRun run) {
        if (run.end()) {
            StepResult result = StepFailures.stopped(run.handler(), false);
            run.handler().figures().count(result, run.trace());
            exit.completed(new Completed(run, new StepOutcome(run.request(), result, Duration.ZERO, Instant.now())));
        }
    }

    /** Look for steps that are due at this {@link System#nanoTime}. */
    void lookAt(long nanoTime) {
        timer.callAt(nanoTime);
    }

    void close() {
        timer.close();
    }

    private boolean runAdded(StepRun run, long nowNanos) {
        StepResult result;
        try {
            nameThread(run.handler());
            StepLog.enter(workerId, run.request());
            boolean interrupted = Thread.interrupted();
            LOG.trace(
                    "event=step_begins step_id={} interrupted={}", run.request().stepId(), interrupted);
            result = run.begin(nowNanos) ? timed(run) : StepFailures.stopped(run.handler(), false);
        } catch (Throwable e) {
            // Whatever goes wrong beside the handler, such as memory that runs out: a step must end.
            result = StepFailures.of(e);
        }
        long nanos = run.runNanos();
        if (!run.end()) {
            return false;
        }
        boolean interrupted = Thread.interrupted();
        LOG.trace("event=step_ended step_id={} interrupted={}", run.request().stepId(), interrupted);
        return finish(run, run.hasBegun() ? cutResult(run, false, result) : result, nanos, false);
    }

    private static void nameThread(RegisteredHandler handler) {
        Thread thread = Thread.currentThread();
        if (!thread.getName().equals(handler.threadName())) {
            thread.setName(handler.threadName());
        }
    }

    private StepResult timed(StepRun run) {
        RegisteredHandler handler = run.handler();
        timer.callAt(run.startedNanos() + run.timeoutNanos());
        RunContext context = new RunContext(run, workerId, router);
        StepRequest request = run.request();
        Work work = tracing.process(
                Tracing.STEPS, handler.name(), request.stepId(), request.correlationId(), request.trace());
        work.context().ifPresent(run::within);
        try {
            StepResult answer = work.call(() ->
                    Foreign.call(handler.handler(), () -> handler.handler().handle(context)));
            StepResult result = isNull(answer) ? StepFailures.returnedNull(handler) : answer;
            work.fail(StepFailures.kind(result));
            return result;
        } catch (Throwable e) {
            work.end(e);
            if (run.cut() == Cut.NONE) {
                handler.figures().countThrown();
                logThrown(run, e);
            }
            return StepFailures.of(e);
        }
    }

    /** Look for handlers that are late and steps that are due; tells in how many nanoseconds to look again. */
    private long look() {
        long[] next = {StepRun.NEVER};
        running.forEach(run -> {
            long due = run.dueInNanos();
            next[0] = Math.min(next[0], due > 0 ? due : late(run));
        });
        exit.maybeDue();
        return Math.min(next[0], retries.nextInNanos());
    }

    private long late(StepRun run) {
        long grace = limits.interruptGrace().toNanos();
        if (run.cutShort(Cut.TIMEOUT, grace)) {
            return grace;
        }
        // On a thread of its own, since the completion channel may be full.
        Thread.startVirtualThread(() -> abandon(run));
        return StepRun.NEVER;
    }

    private void abandon(StepRun run) {
        long nanos = run.runNanos();
        if (run.end()) {
            run.leaveBehind();
            run.handler().figures().countAbandoned();
            LOG.warn(
                    "event=handler_abandoned handler={} step_id={} ran_ms={}",
                    run.handler().name(),
                    run.request().stepId(),
                    nanos / 1_000_000);
            boolean ignored = finish(run, cutResult(run, true, StepFailures.stopped(run.handler(), true)), nanos, true);
        }
    }

    /** Give back what the step had, and lead it out; tells whether that waited for nothing. */
    private boolean finish(StepRun run, StepResult result, long nanos, boolean abandoned) {
        running.remove(run);
        HandlerFigures figures = run.handler().figures();
        if (run.hasBegun()) {
            figures.recordExecution(nanos, run.startedNanos() + nanos, run.trace());
        }
        if (run.cut() == Cut.TIMEOUT) {
            figures.countTimeout();
        }
        if (!abandoned
                && run.mayRetry(result)
                && exit.mayRetry()
                && !run.handler().life().isRevoked()) {
            retryLater(run, result);
            return false;
        }
        figures.count(result, run.trace());
        Completed completed =
                new Completed(run, new StepOutcome(run.request(), result, Duration.ofNanos(nanos), Instant.now()));
        if (abandoned) {
            slots.leavePermit();
            exit.completed(completed);
            return false;
        }
        return exit.completedHere(completed);
    }

    private void retryLater(StepRun run, StepResult result) {
        run.handler().figures().countRetry();
        long delay = retries.add(run.next());
        LOG.debug(
                "event=step_retried handler={} step_id={} attempt={} delay_ms={} result={}",
                run.handler().name(),
                run.request().stepId(),
                run.request().attempt(),
                delay / 1_000_000,
                result);
        slots.leavePermit();
        timer.callIn(delay);
        exit.retried();
    }

    /** What an interrupt makes of a result: a late one does not count. */
    private static StepResult cutResult(StepRun run, boolean abandoned, StepResult result) {
        return switch (run.cut()) {
            case NONE -> result;
            case TIMEOUT -> StepFailures.timedOut(run, abandoned);
            case STOP -> result instanceof StepResult.Success ? result : StepFailures.stopped(run.handler(), true);
        };
    }

    private static void logThrown(StepRun run, Throwable thrown) {
        if (thrown instanceof Error) {
            LOG.error("event=handler_threw handler={}", run.handler().name(), Failures.loggable(thrown));
        } else if (LOG.isDebugEnabled()) {
            LOG.debug("event=handler_threw handler={}", run.handler().name(), Failures.loggable(thrown));
        }
    }

    /** The contract forbids it, but handlers are not ours. */
    private static boolean isNull(@Nullable Object result) {
        return result == null;
    }

    /** Take what leaves the runner. */
    interface Exit {
        /** Take an outcome, whose permit is given back; may block, but not fail. */
        void completed(Completed completed);

        /**
         * Give the permit of a step back, and then take its outcome, on its own thread, which looks for another step
         * next; may block, but not fail. Tells whether it waited for nothing.
         */
        boolean completedHere(Completed completed);

        /** Know that a step left without an outcome, to be tried again later; its permit is given back. */
        void retried();

        /** Whether a step may be tried again. */
        boolean mayRetry();

        /** See whether steps are due, or can be started; called on the thread of the timer, which must not wait. */
        void maybeDue();
    }
}
