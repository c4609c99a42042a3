package tasker.nativecore.steps;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.StepOutcome;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.metrics.StripedCounter;

/**
 * Take outcomes from the completion channel, one thread for all: give each to the sink, then to whoever waits for it,
 * then publish its events.
 */
final class Completer implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Completer.class);

    private final BoundedChannel<Completed> channel;
    private final StepSlots slots;
    private final Consumer<StepOutcome> sink;
    private final StepEvents events;
    private final Runnable afterRelease;
    private final Endings endings = new Endings(this::end);
    private final StripedCounter sinkErrors = new StripedCounter();
    private final StripedCounter lost = new StripedCounter();
    private final Thread thread;
    private final AtomicReference<@Nullable Completed> inSink = new AtomicReference<>();
    private volatile boolean closed;

    Completer(
            BoundedChannel<Completed> channel,
            StepSlots slots,
            Consumer<StepOutcome> sink,
            StepEvents events,
            Runnable afterRelease) {
        this.channel = channel;
        this.slots = slots;
        this.sink = sink;
        this.events = events;
        this.afterRelease = afterRelease;
        thread = Thread.ofPlatform().daemon().name("tasker-completer").unstarted(this);
    }

    void start() {
        thread.start();
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    /** Results that the sink refused with an exception. */
    long sinkErrors() {
        return sinkErrors.value();
    }

    /** Results that the sink has not taken when it was closed, that one included in which it hung. */
    long lost() {
        return lost.value();
    }

    /** Send an outcome, if there is room for it. */
    boolean trySend(Completed completed) {
        try {
            boolean sent = !closed && channel.offer(completed, 0);
            // Closed meanwhile: either the close found the outcome in the channel, or it is found here.
            if (sent && closed) {
                loseRest();
            }
            return sent;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Send an outcome, waiting while the channel is full. */
    void send(Completed completed) {
        if (isCurrentThread()) {
            // Nobody else would make room; such an outcome tells of a step that could not be started.
            complete(completed);
            return;
        }
        boolean interrupted = false;
        boolean sent = false;
        while (!sent && !closed) {
            try {
                sent = channel.put(completed, () -> closed);
            } catch (InterruptedException ignored) {
                interrupted = true;
            }
        }
        if (!sent) {
            lose(completed);
        } else if (closed) {
            loseRest();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Settle a step with its source, on this thread, with those of its events that must be true together with it; tells
     * whether the step goes on to the sink. Otherwise it has ended: it is, or will be, run again.
     */
    boolean settle(Completed completed, StepSettling settling) {
        boolean settled = false;
        try {
            settled = settling.settle(completed.outcome(), how(completed.run()), events.of(completed));
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "event=step_not_settled step_id={}",
                    completed.run().request().stepId(),
                    e);
        }
        if (!settled) {
            if (completed.run().wasStarted()) {
                slots.leaveRoom();
            }
            afterRelease.run();
            end(completed);
        }
        return settled;
    }

    private static StepSettling.How how(StepRun run) {
        if (run.cut() == StepRun.Cut.STOP || !run.hasBegun()) {
            return StepSettling.How.STOPPED;
        }
        return run.isLeftBehind() ? StepSettling.How.LEFT_BEHIND : StepSettling.How.RETURNED;
    }

    /** Whether nothing that may block happens when the step ends: nobody waits for it, and it has no events. */
    boolean endsAtOnce(StepRun run) {
        return !run.handler().hasEvents() && run.future().getNumberOfDependents() == 0;
    }

    /** End a step on its own thread, which may wait for its events, when there is no sink to wait for. */
    void completeHere(Completed completed) {
        if (completed.run().handler().hasEvents()) {
            afterRelease.run();
            events.publish(completed);
        }
        if (completed.run().wasStarted()) {
            slots.leaveRoom();
        }
        afterRelease.run();
        if (completed.run().hasBegun()) {
            end(completed);
        } else {
            // It has no thread of its own, and this one must not run what a caller has chained.
            Thread.startVirtualThread(() -> end(completed));
        }
    }

    /** Interrupt the sink, if it runs. */
    void interrupt() {
        thread.interrupt();
    }

    /** Stop, without waiting; outcomes that the sink has not taken by now still reach those who wait for them. */
    void close() {
        closed = true;
        thread.interrupt();
        Completed hanging = inSink.getAndSet(null);
        if (hanging != null) {
            lose(hanging);
        }
        loseRest();
    }

    private void loseRest() {
        for (Completed left = channel.pollNow(); left != null; left = channel.pollNow()) {
            lose(left);
        }
    }

    /** End a step whose result the sink has not taken. */
    private void lose(Completed completed) {
        lost.increment();
        events.lose(completed);
        // The completer may be gone, and others too.
        Thread.startVirtualThread(() -> end(completed));
    }

    @Override
    public void run() {
        while (!closed) {
            try {
                completeNext(channel.take().item());
            } catch (InterruptedException ignored) {
                LOG.trace("event=completer_woken closed={}", closed);
            } catch (RuntimeException | Error e) {
                LOG.error("event=completion_failed", e);
            }
        }
    }

    /** In a method of its own, so that this thread keeps nothing of a step that has ended. */
    private void completeNext(Completed next) {
        if (next.run().wasStarted()) {
            slots.leaveRoom();
        }
        afterRelease.run();
        complete(next);
    }

    private void complete(Completed completed) {
        inSink.set(completed);
        // In this order: a close either finds the outcome there, or is seen here.
        boolean given = !closed;
        if (given) {
            give(completed.outcome());
        }
        if (inSink.getAndSet(null) == null) {
            return;
        }
        if (given) {
            events.publish(completed);
            endings.add(completed);
        } else {
            lose(completed);
        }
    }

    private void give(StepOutcome outcome) {
        try {
            sink.accept(outcome);
        } catch (RuntimeException | Error e) {
            sinkErrors.increment();
            LOG.warn(
                    "event=result_sink_failed step_id={} error={}",
                    outcome.request().stepId(),
                    Failures.describe(e),
                    Failures.loggable(e));
        }
    }

    /** Tell whoever waits for the step. */
    void end(Completed completed) {
        try {
            completed.run().future().complete(completed.outcome());
        } finally {
            completed.run().handler().life().steps().leave();
        }
    }
}
