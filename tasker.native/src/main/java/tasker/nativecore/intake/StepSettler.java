package tasker.nativecore.intake;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.DomainEvent;
import tasker.events.api.PublishException;
import tasker.events.api.ResultRefusedException;
import tasker.events.api.StepLimits;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepResult;
import tasker.events.api.spi.ReceivedStep;
import tasker.events.api.spi.StepSettlement;
import tasker.events.api.spi.StepSource;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;
import tasker.nativecore.guard.RetryDelays;
import tasker.nativecore.steps.StepSettling;
import tasker.nativecore.tracing.Tracing;
import tasker.nativecore.tracing.Work;

/** Settle the steps of one source, on the threads on which they have ended; safe for use by many threads. */
final class StepSettler {
    private static final Logger LOG = LoggerFactory.getLogger(StepSettler.class);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String name;
    private final StepSource source;
    private final HeldSteps held;
    private final StepReaderFigures figures;
    private final Tracing tracing;
    private volatile boolean givenUp;

    StepSettler(String name, StepSource source, HeldSteps held, StepReaderFigures figures, Tracing tracing) {
        this.tracing = tracing;
        this.name = name;
        this.source = source;
        this.held = held;
        this.figures = figures;
    }

    /** Try no settling again that fails from now on. */
    void giveUp() {
        givenUp = true;
    }

    /** Write what became of an attempt, or give the step back; tells whether the result was written. */
    boolean settle(ReceivedStep.Step step, StepOutcome outcome, StepSettling.How how, StepSettling.Events events) {
        dropInterrupt(outcome);
        Work work = tracing.settle(name, queue(), step.request());
        try {
            boolean written = work.call(() -> tell(step, outcome, how, events));
            work.end(null);
            return written;
        } catch (RuntimeException | Error e) {
            work.end(e);
            throw e;
        }
    }

    private String queue() {
        String queue = tracing.isOn() ? Foreign.call(source, source::queue) : "";
        return queue.isEmpty() ? name : queue;
    }

    private boolean tell(
            ReceivedStep.Step step, StepOutcome outcome, StepSettling.How how, StepSettling.Events events) {
        if (how == StepSettling.How.STOPPED) {
            figures.givenBack.increment();
            release(held.letGo(step), step.request().attempt(), Duration.ZERO);
            return false;
        }
        int attempt = step.request().attempt();
        if (how == StepSettling.How.RETURNED
                && outcome.result() instanceof StepResult.Failure failure
                && failure.kind() != StepResult.FailureKind.PERMANENT
                && attempt < step.limits().maxAttempts()) {
            figures.retried.increment();
            release(held.letGo(step), attempt + 1, delayAfter(step.limits(), attempt));
            return false;
        }
        try {
            return write(step, outcome, events);
        } finally {
            held.letGo(step);
        }
    }

    /** A handler may have handed its thread to others, who know nothing of its end. */
    private void dropInterrupt(StepOutcome outcome) {
        if (Thread.interrupted()) {
            LOG.debug(
                    "event=step_interrupt_dropped source={} step_id={}",
                    name,
                    outcome.request().stepId());
        }
    }

    private static Duration delayAfter(StepLimits limits, int failedAttempts) {
        return new RetryDelays(limits.retryDelay(), limits.maxRetryDelay()).after(failedAttempts);
    }

    private boolean write(ReceivedStep.Step step, StepOutcome outcome, StepSettling.Events events) {
        List<DomainEvent> durable = events.durable();
        boolean refused = false;
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            dropInterrupt(outcome);
            StepSettlement settlement = new StepSettlement(held.current(step), outcome, refused ? List.of() : durable);
            try {
                if (Foreign.call(source, () -> source.settle(settlement))) {
                    figures.settled.increment();
                    if (!refused) {
                        events.written();
                    }
                    return true;
                }
                if (held.current(step).equals(settlement.step())) {
                    figures.lost.increment();
                    if (!refused) {
                        events.failed(
                                new IllegalStateException("the step ran longer than its message was this worker's"));
                    }
                    return false;
                }
            } catch (ResultRefusedException e) {
                if (!refused) {
                    events.failed(e);
                }
                bury(step, outcome, e);
                return false;
            } catch (RuntimeException | Error e) {
                if (isRefusalOfEvents(e, settlement)) {
                    refused = true;
                    events.failed(e);
                    continue;
                }
                figures.errors.increment();
                LOG.warn(
                        "event=step_not_settled source={} step_id={} error={}",
                        name,
                        outcome.request().stepId(),
                        Failures.describe(e));
                if (givenUp) {
                    figures.unsettled.increment();
                    if (!refused) {
                        events.failed(e);
                    }
                    return false;
                }
                LockSupport.parkNanos(this, pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            }
        }
    }

    /** What the store will never keep is not tried again; bringing it to the dead letters is. */
    private void bury(ReceivedStep.Step step, StepOutcome outcome, ResultRefusedException refusal) {
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            dropInterrupt(outcome);
            ReceivedStep.Step last = held.current(step);
            try {
                if (Foreign.call(source, () -> source.deadLetter(last, refusal))) {
                    LOG.warn(
                            "event=step_dead_lettered source={} message_id={} reason=\"{}\"",
                            name,
                            step.messageId(),
                            refusal.getMessage());
                    figures.refused.increment();
                    return;
                }
                if (held.current(step).equals(last)) {
                    figures.lost.increment();
                    return;
                }
            } catch (RuntimeException | Error e) {
                figures.errors.increment();
                LOG.warn("event=step_not_dead_lettered source={} error={}", name, Failures.describe(e));
                if (givenUp) {
                    figures.unsettled.increment();
                    return;
                }
                LockSupport.parkNanos(this, pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            }
        }
    }

    /** A failing event never fails its step. */
    private static boolean isRefusalOfEvents(Throwable failure, StepSettlement settlement) {
        return failure instanceof PublishException refusal
                && !refusal.mayHaveBeenWritten()
                && !settlement.events().isEmpty();
    }

    /** Give a step back; where that fails, it comes back when its visibility runs out. */
    void release(ReceivedStep.Step step, int nextAttempt, Duration delay) {
        try {
            Foreign.call(source, () -> source.release(step, nextAttempt, delay));
        } catch (RuntimeException | Error e) {
            figures.errors.increment();
            LOG.warn(
                    "event=step_not_released source={} step_id={} error={}",
                    name,
                    step.request().stepId(),
                    Failures.describe(e));
        }
    }
}
