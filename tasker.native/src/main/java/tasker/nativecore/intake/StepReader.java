package tasker.nativecore.intake;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepResult;
import tasker.events.api.spi.ReceivedStep;
import tasker.events.api.spi.StepSettlement;
import tasker.events.api.spi.StepSource;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;
import tasker.nativecore.steps.StepPipeline;
import tasker.nativecore.steps.StepSettling;

/**
 * Take steps from one source on one thread, as many as handlers may run and no more, and settle each when its result is
 * known.
 *
 * <p>A failed step that has attempts left is released with a delay; so is, without one, a step that the worker did not
 * finish because it stops. A step whose handler is not here is left alone and comes back when its visibility runs out,
 * to this worker or to one that has the handler.
 */
public final class StepReader implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(StepReader.class);
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final int MOST_AT_ONCE = 100;

    /** A step that was read this often and never ended may be what ends its workers. */
    private static final int MAX_READS = 50;

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String name;
    private final StepSource source;
    private final StepPipeline pipeline;
    private final StepReaderFigures figures;
    private final Semaphore room;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile boolean givenUp;

    /** Read from this source, whose service has this name, with room for so many steps. */
    public StepReader(String name, StepSource source, StepPipeline pipeline, int most) {
        this.name = name;
        this.source = source;
        this.pipeline = pipeline;
        figures = new StepReaderFigures();
        room = new Semaphore(most);
        thread = Thread.ofPlatform().daemon().name("tasker-steps-" + name).unstarted(this);
    }

    /** Start to read. */
    public void start() {
        thread.start();
    }

    /** What was read, and what became of it. */
    public StepReaderFigures figures() {
        return figures;
    }

    /** Read no more; what was read still ends and is settled. */
    public void stop() {
        stopped = true;
        thread.interrupt();
    }

    /** Settle no more, and close the source: what is unsettled comes back when its visibility runs out. */
    public void close() {
        stop();
        givenUp = true;
        Foreign.run(source, source::close);
    }

    @Override
    public void run() {
        long pause = FIRST_PAUSE_NANOS;
        while (!stopped) {
            try {
                read();
                pause = FIRST_PAUSE_NANOS;
            } catch (InterruptedException ignored) {
                LOG.trace("event=step_reader_woken source={} stopped={}", name, stopped);
            } catch (RuntimeException | Error e) {
                figures.errors.increment();
                figures.failing(Failures.describe(e));
                LOG.warn("event=steps_not_read source={} error={}", name, Failures.describe(e));
                LockSupport.parkNanos(this, pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            }
        }
    }

    private void read() throws InterruptedException {
        room.acquire();
        int most = 1;
        while (most < MOST_AT_ONCE && room.tryAcquire()) {
            most++;
        }
        int used = 0;
        try {
            int max = most;
            List<ReceivedStep> received =
                    Foreign.<List<ReceivedStep>, InterruptedException>call(source, () -> source.receive(max, WAIT));
            figures.working();
            for (ReceivedStep each : received) {
                figures.received.increment();
                if (take(each)) {
                    used++;
                }
            }
        } finally {
            room.release(Math.max(0, most - used));
        }
    }

    /** Whether the step runs, and so keeps its room until it has ended. */
    private boolean take(ReceivedStep received) throws InterruptedException {
        return switch (received) {
            case ReceivedStep.Malformed malformed -> {
                figures.malformed.increment();
                bury(malformed, malformed.problem());
                yield false;
            }
            case ReceivedStep.Elsewhere ignored -> {
                figures.elsewhere.increment();
                yield false;
            }
            case ReceivedStep.Step step -> run(step);
        };
    }

    private boolean run(ReceivedStep.Step step) throws InterruptedException {
        if (step.readCount() > MAX_READS) {
            figures.exhausted.increment();
            bury(step, "TASKER-S109 the step was read " + step.readCount() + " times and never ended");
            return false;
        }
        if (!pipeline.knows(step.request().handler())) {
            figures.unknown.increment();
            LOG.warn(
                    "event=step_without_handler source={} handler={} step_id={}",
                    name,
                    step.request().handler(),
                    step.request().stepId());
            return false;
        }
        return pipeline.submit(
                step.request(), step.limits(), (outcome, stopping, events) -> settle(step, outcome, stopping, events));
    }

    private void bury(ReceivedStep step, String reason) {
        LOG.warn("event=step_dead_lettered source={} message_id={} reason=\"{}\"", name, step.messageId(), reason);
        Foreign.call(source, () -> source.deadLetter(step, reason));
    }

    private boolean settle(ReceivedStep.Step step, StepOutcome outcome, boolean stopping, StepSettling.Events events) {
        try {
            if (stopping) {
                release(step, step.request().attempt(), Duration.ZERO);
                return false;
            }
            if (outcome.result() instanceof StepResult.Failure failure
                    && failure.kind() != StepResult.FailureKind.PERMANENT
                    && step.request().attempt() < step.limits().maxAttempts()) {
                figures.retried.increment();
                release(
                        step,
                        step.request().attempt() + 1,
                        StepPipeline.retryDelay(step.limits(), step.request().attempt()));
                return false;
            }
            return write(new StepSettlement(step, outcome, events.durable()), events);
        } finally {
            room.release();
        }
    }

    private boolean write(StepSettlement settlement, StepSettling.Events events) {
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            try {
                if (Foreign.call(source, () -> source.settle(settlement))) {
                    figures.settled.increment();
                    events.written();
                    return true;
                }
                figures.lost.increment();
                events.failed(new IllegalStateException("the step ran longer than its message was this worker's"));
                return false;
            } catch (RuntimeException | Error e) {
                figures.errors.increment();
                LOG.warn(
                        "event=step_not_settled source={} step_id={} error={}",
                        name,
                        settlement.outcome().request().stepId(),
                        Failures.describe(e));
                if (givenUp) {
                    figures.unsettled.increment();
                    events.failed(e);
                    return false;
                }
                LockSupport.parkNanos(this, pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            }
        }
    }

    private void release(ReceivedStep.Step step, int nextAttempt, Duration delay) {
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
