package tasker.nativecore.steps;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.StepOutcome;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Gate;
import tasker.nativecore.metrics.StripedCounter;

/**
 * Take outcomes from the completion channel, one thread for all: give each to the sink, then to whoever waits for it,
 * then publish its events.
 */
final class Completer implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Completer.class);

    private final BoundedChannel<Completed> channel;
    private final Semaphore outcomeRoom;
    private final Consumer<StepOutcome> sink;
    private final StepEvents events;
    private final Gate steps;
    private final StripedCounter sinkErrors = new StripedCounter();
    private final StripedCounter lost = new StripedCounter();
    private final Thread thread;
    private final AtomicReference<@Nullable Completed> inSink = new AtomicReference<>();
    private volatile boolean closed;

    Completer(
            BoundedChannel<Completed> channel,
            Semaphore outcomeRoom,
            Consumer<StepOutcome> sink,
            StepEvents events,
            Gate steps) {
        this.channel = channel;
        this.outcomeRoom = outcomeRoom;
        this.sink = sink;
        this.events = events;
        this.steps = steps;
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

    /** Send an outcome, waiting while the channel is full. */
    void send(Completed completed) {
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
        end(completed);
    }

    @Override
    public void run() {
        while (!closed) {
            try {
                Completed next = channel.take().item();
                outcomeRoom.release();
                complete(next);
            } catch (InterruptedException ignored) {
                LOG.trace("event=completer_woken closed={}", closed);
            } catch (RuntimeException | Error e) {
                LOG.error("event=completion_failed", e);
            }
        }
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
            end(completed);
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

    private void end(Completed completed) {
        // What a caller has chained to the future may block, and must not hold up the results of others.
        Thread.startVirtualThread(() -> {
            try {
                completed.run().future().complete(completed.outcome());
            } finally {
                steps.leave();
            }
        });
    }
}
