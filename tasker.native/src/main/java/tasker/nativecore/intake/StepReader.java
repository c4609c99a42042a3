package tasker.nativecore.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.spi.ReceivedStep;
import tasker.events.api.spi.StepSource;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;
import tasker.nativecore.steps.StepPipeline;
import tasker.nativecore.tracing.Tracing;

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

    /** A step that was begun this often and never ended may be what ends its workers. */
    private static final int MAX_STARTS = 50;

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String name;
    private final StepSource source;
    private final StepPipeline pipeline;
    private final StepReaderFigures figures;
    private final HeldSteps held;
    private final StepSettler settler;
    private final Semaphore room;
    private final Thread thread;
    private volatile boolean stopped;

    /** Read from this source, whose service has this name, with room for so many steps. */
    public StepReader(
            String name,
            StepSource source,
            StepReaderFigures figures,
            StepPipeline pipeline,
            Tracing tracing,
            int most) {
        this.name = name;
        this.figures = figures;
        this.source = source;
        this.pipeline = pipeline;
        held = new HeldSteps(name, source, figures);
        settler = new StepSettler(name, source, held, figures, tracing);
        room = new Semaphore(most);
        thread = Thread.ofPlatform().daemon().name("tasker-steps-" + name).unstarted(this);
    }

    /** Start to read. */
    public void start() {
        held.start();
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

    /** Wait until what was read is settled, or this time; tells how many steps are not. */
    public int awaitSettled(long deadlineNanos) throws InterruptedException {
        while (thread.isAlive() || held.size() > 0) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (System.nanoTime() - deadlineNanos >= 0) {
                break;
            }
            LockSupport.parkNanos(this, LOOK_NANOS);
        }
        return held.size();
    }

    /** Settle no more, and close the source: what is unsettled comes back when its visibility runs out. */
    public void close() {
        stop();
        settler.giveUp();
        held.close();
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
            figures.received.add(received.size());
            List<ReceivedStep.Step> unserved = new ArrayList<>();
            for (ReceivedStep each : received) {
                if (take(each, unserved)) {
                    used++;
                }
            }
            leave(unserved);
        } finally {
            room.release(Math.max(0, most - used));
        }
    }

    /** Whether the step runs, and so keeps its room until its handler has ended. */
    private boolean take(ReceivedStep received, List<ReceivedStep.Step> unserved) {
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
            case ReceivedStep.Step step -> {
                if (pipeline.knows(step.request().handler())) {
                    yield run(step);
                }
                unserved.add(step);
                yield false;
            }
        };
    }

    private boolean run(ReceivedStep.Step step) {
        if (!held.hold(step)) {
            figures.readAgain.increment();
            return false;
        }
        if (step.startCount() > MAX_STARTS) {
            figures.exhausted.increment();
            held.letGo(step);
            bury(step, "TASKER-S109 the step was begun " + MAX_STARTS + " times and never ended");
            return false;
        }
        boolean taken = false;
        try {
            taken = !stopped
                    && pipeline.submit(step.request(), step.limits(), (outcome, how, events) -> {
                        // The handler's place is free; settling may take a while.
                        room.release();
                        return settler.settle(step, outcome, how, events);
                    });
        } catch (InterruptedException ignored) {
            LOG.trace("event=step_not_taken source={} stopped={}", name, stopped);
        } finally {
            if (!taken) {
                figures.givenBack.increment();
                settler.release(held.letGo(step), step.request().attempt(), Duration.ZERO);
            }
        }
        return taken;
    }

    private void leave(List<ReceivedStep.Step> unserved) {
        if (unserved.isEmpty()) {
            return;
        }
        figures.unknown.add(unserved.size());
        for (ReceivedStep.Step step : unserved) {
            LOG.warn(
                    "event=step_without_handler source={} handler={} step_id={}",
                    name,
                    step.request().handler(),
                    step.request().stepId());
        }
        try {
            Foreign.run(source, () -> source.leave(unserved));
        } catch (RuntimeException | Error e) {
            figures.errors.increment();
            LOG.warn("event=steps_not_left source={} error={}", name, Failures.describe(e));
        }
    }

    /** Where that fails, the message comes back when its visibility runs out; it must not cost those read with it. */
    private void bury(ReceivedStep step, String reason) {
        try {
            if (Foreign.call(source, () -> source.deadLetter(step, reason))) {
                LOG.warn(
                        "event=step_dead_lettered source={} message_id={} reason=\"{}\"",
                        name,
                        step.messageId(),
                        reason);
            }
        } catch (RuntimeException | Error e) {
            figures.errors.increment();
            LOG.warn("event=step_not_dead_lettered source={} error={}", name, Failures.describe(e));
        }
    }
}
