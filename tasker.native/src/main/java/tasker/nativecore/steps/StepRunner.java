package tasker.nativecore.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepResult;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;
import tasker.nativecore.metrics.SlidingWindow;
import tasker.nativecore.routing.EventRouter;
import tasker.nativecore.steps.StepRun.Cut;

/**
 * Run handlers, each on a virtual thread of its own, at most so many at once, each within its time limit.
 *
 * <p>A handler that does not return soon after its interrupt is left behind: its step ends as timed out and its permit
 * is given back, so that handlers which hang cannot bring the worker to a halt. The permit is given back before the
 * outcome is sent, so that a slow sink does not keep handlers from running.
 */
final class StepRunner {
    private static final Logger LOG = LoggerFactory.getLogger(StepRunner.class);

    private final StepLimits limits;
    private final String workerId;
    private final EventRouter router;
    private final SlidingWindow window;
    private final Consumer<Completed> completions;
    private final Semaphore permits;
    private final Set<StepRun> running = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor timer;

    /** Prepare to run; {@code completions} takes each outcome and may block, but not fail. */
    StepRunner(
            StepLimits limits,
            String workerId,
            EventRouter router,
            SlidingWindow window,
            Consumer<Completed> completions) {
        this.limits = limits;
        this.workerId = workerId;
        this.router = router;
        this.window = window;
        this.completions = completions;
        permits = new Semaphore(limits.maxConcurrent());
        timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("tasker-step-timer").factory());
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Wait until one more handler may run. */
    void awaitPermit() throws InterruptedException {
        permits.acquire();
    }

    /** Run a step, for which {@link #awaitPermit} was called. */
    void start(StepRun run) {
        running.add(run);
        try {
            Thread.ofVirtual()
                    .name("tasker-step-" + run.handler().name())
                    .inheritInheritableThreadLocals(false)
                    .start(() -> run(run));
        } catch (RuntimeException | Error e) {
            LOG.error("event=step_not_started step_id={}", run.request().stepId(), e);
            if (run.end()) {
                finish(run, StepFailures.of(e), 0);
            }
        }
    }

    /** How many handlers run now. */
    int inProgress() {
        return running.size();
    }

    /** Interrupt every handler that runs, and leave those behind that ignore it. */
    void interruptAll() {
        for (StepRun run : running) {
            if (run.cutShort(Cut.STOP)) {
                abandonLater(run);
            }
        }
    }

    /** End a step whose handler never started, because the worker stops. */
    void reject(StepRun run) {
        if (run.end()) {
            StepResult result = StepFailures.stopped(run.handler(), false);
            run.handler().figures().count(result);
            completions.accept(new Completed(run, new StepOutcome(run.request(), result, Duration.ZERO)));
        }
    }

    void close() {
        timer.shutdownNow();
    }

    private void run(StepRun run) {
        StepResult result;
        try {
            MDC.put("worker_id", workerId);
            MDC.put("step_id", run.request().stepId().toString());
            run.request().correlationId().ifPresent(id -> MDC.put("correlation_id", id.toString()));
            result = run.begin() ? timed(run) : StepFailures.stopped(run.handler(), false);
        } catch (Throwable e) {
            // Whatever goes wrong beside the handler, such as memory that runs out: a step must end.
            result = StepFailures.of(e);
        } finally {
            MDC.clear();
        }
        long nanos = run.runNanos();
        if (run.end()) {
            boolean interrupted = Thread.interrupted();
            LOG.trace(
                    "event=step_ended step_id={} interrupted={}", run.request().stepId(), interrupted);
            finish(run, run.hasBegun() ? cutResult(run, false, result) : result, nanos);
        }
    }

    private StepResult timed(StepRun run) {
        RegisteredHandler handler = run.handler();
        Runnable limit = schedule(() -> timeOut(run), handler.timeout());
        Instant deadline = Instant.now().plus(handler.timeout());
        RunContext context = new RunContext(run, deadline, workerId, router);
        try {
            StepResult result =
                    Foreign.call(handler.handler(), () -> handler.handler().handle(context));
            return isNull(result) ? StepFailures.returnedNull(handler) : result;
        } catch (Throwable e) {
            if (run.cut() == Cut.NONE) {
                handler.figures().countThrown();
                logThrown(run, e);
            }
            return StepFailures.of(e);
        } finally {
            limit.run();
        }
    }

    private void timeOut(StepRun run) {
        if (run.cutShort(Cut.TIMEOUT)) {
            abandonLater(run);
        }
    }

    private void abandonLater(StepRun run) {
        schedule(() -> Thread.startVirtualThread(() -> abandon(run)), limits.interruptGrace());
    }

    private void abandon(StepRun run) {
        long nanos = run.runNanos();
        if (run.end()) {
            run.handler().figures().countAbandoned();
            LOG.warn(
                    "event=handler_abandoned handler={} step_id={} ran_ms={}",
                    run.handler().name(),
                    run.request().stepId(),
                    nanos / 1_000_000);
            finish(run, cutResult(run, true, StepFailures.stopped(run.handler(), true)), nanos);
        }
    }

    private void finish(StepRun run, StepResult result, long nanos) {
        running.remove(run);
        run.handler().figures().count(result);
        if (run.hasBegun()) {
            run.handler().figures().recordExecution(nanos);
            window.record(nanos);
        }
        permits.release();
        completions.accept(new Completed(run, new StepOutcome(run.request(), result, Duration.ofNanos(nanos))));
    }

    /** What an interrupt makes of a result: a late one does not count. */
    private static StepResult cutResult(StepRun run, boolean abandoned, StepResult result) {
        return switch (run.cut()) {
            case NONE -> result;
            case TIMEOUT -> StepFailures.timedOut(run.handler(), abandoned);
            case STOP -> result instanceof StepResult.Success ? result : StepFailures.stopped(run.handler(), true);
        };
    }

    /** Run a task later; the result calls it off. */
    private Runnable schedule(Runnable task, Duration delay) {
        try {
            ScheduledFuture<?> scheduled = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException ignored) {
            // The timer stops only with the pipeline, which has interrupted every handler by then.
            return () -> {};
        }
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
}
