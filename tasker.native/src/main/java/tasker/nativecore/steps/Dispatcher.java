package tasker.nativecore.steps;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.nativecore.metrics.StripedCounter;
import tasker.nativecore.steps.BoundedChannel.Waiting;

/**
 * Take steps from the dispatch channel, one thread for all, and start each as soon as a handler may run.
 *
 * <p>A step leaves the channel only when it starts: what waits is in the channel, where it is counted. Besides the
 * permit of its handler, a step needs room for its outcome, so that a slow result sink slows the worker down instead of
 * filling its memory.
 */
final class Dispatcher implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final long REJECT_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final BoundedChannel<StepRun> channel;
    private final StepRunner runner;
    private final Semaphore outcomeRoom;
    private final Duration starvationThreshold;
    private final StripedCounter starved = new StripedCounter();
    private final Thread thread;
    private boolean starving;
    private volatile boolean rejecting;
    private volatile boolean closed;

    Dispatcher(
            BoundedChannel<StepRun> channel, StepRunner runner, Semaphore outcomeRoom, Duration starvationThreshold) {
        this.channel = channel;
        this.runner = runner;
        this.outcomeRoom = outcomeRoom;
        this.starvationThreshold = starvationThreshold;
        thread = Thread.ofPlatform().daemon().name("tasker-dispatcher").unstarted(this);
    }

    void start() {
        thread.start();
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    /** Steps that waited longer than the threshold before they started. */
    long starved() {
        return starved.value();
    }

    /** Start no step any more: end those that still come as not started. */
    void rejectAll() {
        rejecting = true;
        thread.interrupt();
    }

    void close() {
        closed = true;
        thread.interrupt();
    }

    @Override
    public void run() {
        while (!closed) {
            try {
                if (rejecting) {
                    Waiting<StepRun> late = channel.poll(REJECT_LOOK_NANOS);
                    if (late != null) {
                        runner.reject(late.item());
                    }
                } else {
                    outcomeRoom.acquire();
                    runner.awaitPermit();
                    Waiting<StepRun> next = channel.take();
                    noteWait(next.ageNanos());
                    runner.start(next.item());
                }
            } catch (InterruptedException ignored) {
                LOG.trace("event=dispatcher_woken rejecting={} closed={}", rejecting, closed);
            } catch (RuntimeException | Error e) {
                LOG.error("event=dispatch_failed", e);
            }
        }
    }

    private void noteWait(long nanos) {
        boolean late = nanos > starvationThreshold.toNanos();
        if (late) {
            starved.increment();
        }
        if (late && !starving) {
            LOG.warn(
                    "event=starvation_began waited_ms={} threshold_ms={} pending={}",
                    nanos / 1_000_000,
                    starvationThreshold.toMillis(),
                    channel.figures().pending());
        } else if (!late && starving) {
            LOG.info("event=starvation_ended waited_ms={}", nanos / 1_000_000);
        }
        starving = late;
    }
}
