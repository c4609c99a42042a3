package tasker.nativecore.steps;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.nativecore.metrics.StripedCounter;
import tasker.nativecore.steps.BoundedChannel.Waiting;

/**
 * Start each step as soon as a handler may run, in the order of the dispatch channel; steps that are tried again come
 * first.
 *
 * <p>There is no thread for that: whoever adds a step, or gives back what a step needs, dispatches. One does it at a
 * time; another one that comes meanwhile leaves it one more round, and goes on.
 *
 * <p>A step leaves the channel only when it starts: what waits is in the channel, where it is counted. Besides the
 * permit of its handler, a step needs room for its outcome, so that a slow result sink slows the worker down instead of
 * filling its memory. While too many steps wait to be tried again, no further ones are started.
 */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final int STARTS_PER_THREAD = 1_000;

    private final BoundedChannel<StepRun> channel;
    private final Queue<Waiting<StepRun>> again = new ConcurrentLinkedQueue<>();
    private final Retries retries;
    private final int maxRetries;
    private final StepRunner runner;
    private final Semaphore outcomeRoom;
    private final Duration starvationThreshold;
    private final StripedCounter starved = new StripedCounter();
    private final AtomicInteger rounds = new AtomicInteger();
    private final AtomicInteger rejections = new AtomicInteger();
    private boolean starving;
    private volatile boolean rejecting;
    private volatile boolean open;

    Dispatcher(
            BoundedChannel<StepRun> channel,
            Retries retries,
            StepRunner runner,
            Semaphore outcomeRoom,
            PipelineLimits limits) {
        this.channel = channel;
        this.retries = retries;
        this.maxRetries = limits.dispatchBuffer();
        this.runner = runner;
        this.outcomeRoom = outcomeRoom;
        this.starvationThreshold = limits.starvationThreshold();
    }

    /** Steps that waited longer than the threshold before they started. */
    long starved() {
        return starved.value();
    }

    /** Steps whose time to be tried again has come, and which wait for a handler. */
    int waitingAgain() {
        return again.size();
    }

    /** Start steps from now on. */
    void open() {
        open = true;
        dispatch();
    }

    /** Start no step any more: end those that wait and those that still come as not started. */
    void rejectAll() {
        rejecting = true;
        dispatch();
    }

    boolean isRejecting() {
        return rejecting;
    }

    /** Leave alone what waits. */
    void close() {
        open = false;
    }

    /** Let the steps whose time has come wait for a handler. */
    void tryAgain() {
        long now = System.nanoTime();
        retries.due().forEach(run -> again.add(new Waiting<>(run, now)));
        dispatch();
    }

    /** Start what can be started; never waits. */
    void dispatch() {
        if (rejecting) {
            rejectWaiting();
            return;
        }
        if (!open || rounds.getAndIncrement() != 0) {
            return;
        }
        startRounds(1);
    }

    /** Take a step that waits, whatever for, to end it; {@code null} when there is none. */
    @Nullable
    StepRun pollAny() {
        Waiting<StepRun> first = again.poll();
        if (first != null) {
            return first.item();
        }
        StepRun next = channel.pollNow();
        return next == null ? retries.pollAny() : next;
    }

    private void startRounds(int first) {
        int seen = first;
        int left = STARTS_PER_THREAD;
        do {
            try {
                while (left > 0 && startNext()) {
                    left--;
                }
            } catch (RuntimeException | Error e) {
                // Whatever it is, the rounds must end: else nothing is ever dispatched again.
                LOG.error("event=dispatch_failed", e);
            }
            if (left == 0) {
                if (handOver(seen)) {
                    return;
                }
                left = STARTS_PER_THREAD;
            } else {
                seen = rounds.addAndGet(-seen);
            }
        } while (seen != 0);
    }

    /** Go on on another thread, since this one came to submit a step or to end one, and must get to do that. */
    private boolean handOver(int seen) {
        try {
            Thread.startVirtualThread(() -> startRounds(seen));
            return true;
        } catch (RuntimeException | Error e) {
            LOG.error("event=dispatch_failed", e);
            return false;
        }
    }

    private boolean startNext() {
        if (rejecting || nothingToStart() || !outcomeRoom.tryAcquire()) {
            return false;
        }
        if (!runner.tryPermit()) {
            outcomeRoom.release();
            return false;
        }
        Waiting<StepRun> next = poll();
        if (next == null) {
            runner.returnPermit();
            outcomeRoom.release();
            return !nothingToStart();
        }
        try {
            noteWait(next.ageNanos());
        } finally {
            runner.start(next.item());
        }
        return true;
    }

    private boolean nothingToStart() {
        return again.isEmpty() && (channel.isEmpty() || retries.size() >= maxRetries);
    }

    private @Nullable Waiting<StepRun> poll() {
        Waiting<StepRun> first = again.poll();
        return first != null || retries.size() >= maxRetries ? first : channel.pollWaiting();
    }

    /** On a thread of its own, since the completion channel may be full. */
    private void rejectWaiting() {
        if (rejections.getAndIncrement() == 0) {
            Thread.startVirtualThread(() -> {
                int seen = 1;
                do {
                    for (StepRun run = pollAny(); run != null; run = pollAny()) {
                        runner.reject(run);
                    }
                    seen = rejections.addAndGet(-seen);
                } while (seen != 0);
            });
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
