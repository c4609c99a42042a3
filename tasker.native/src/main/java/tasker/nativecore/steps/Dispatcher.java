package tasker.nativecore.steps;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.nativecore.metrics.StripedCounter;
import tasker.nativecore.steps.BoundedChannel.Waiting;

/**
 * Start each step as soon as a handler may run, in the order of the dispatch channel; steps that are tried again come
 * first.
 *
 * <p>Virtual threads take the steps out themselves, one after the other while there are some: to start a thread for
 * each costs more than all else that the core does for it. Whoever adds a step, or gives back what a step needs, starts
 * one unless one is looking already; and one that has found a step starts another, before it runs the handler, when
 * more can be started. So no step waits for a handler that blocks, and there are no more threads than there is work.
 *
 * <p>Why no step is forgotten: a thread that looks no more looks once again after it has said so, and whoever adds a
 * step, or gives something back, does that before seeing whether anyone looks. A thread that ends a step looks right
 * after it; should it be kept from that by what a caller has chained to the step, the timer looks instead.
 *
 * <p>A step leaves the channel only when it starts: what waits is in the channel, where it is counted. Besides the
 * permit of its handler, a step needs room for its outcome, so that a slow result sink slows the worker down instead of
 * filling its memory. While too many steps wait to be tried again, no further ones are started.
 */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final ThreadFactory THREADS = Thread.ofVirtual()
            .name("tasker-step")
            .inheritInheritableThreadLocals(false)
            .factory();

    /** What handlers leave in a thread, such as thread locals, ends with it. */
    private static final int STEPS_PER_THREAD = 1_000;

    /** How long a thread keeps its carrier from other virtual ones, if handlers do not block. */
    private static final long TURN_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    /**
     * About as long as it takes to start a thread, so that looking costs at most as much as it can save. A step that
     * had to wait at its end is not followed by another one so soon.
     */
    private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 100 : 0;

    private final BoundedChannel<StepRun> channel;
    private final Queue<Waiting<StepRun>> again = new ConcurrentLinkedQueue<>();
    private final Retries retries;
    private final int maxRetries;
    private final int maxConcurrent;
    private final StepRunner runner;
    private final StepSlots slots;
    private final Duration starvationThreshold;
    private final StripedCounter starved = new StripedCounter();
    private final AtomicInteger rejections = new AtomicInteger();

    /** Steps that have their slots, and a thread that does not run yet: handlers that compute may keep it waiting. */
    private final AtomicInteger handedOver = new AtomicInteger();

    /** How often handlers were taken away. */
    private final AtomicInteger renewals = new AtomicInteger();

    private final AtomicBoolean starving = new AtomicBoolean();
    private volatile boolean rejecting;
    private volatile boolean open;

    Dispatcher(BoundedChannel<StepRun> channel, StepRunner runner, StepSlots slots, PipelineLimits limits) {
        this.channel = channel;
        this.retries = runner.retries();
        this.maxRetries = limits.dispatchBuffer();
        this.maxConcurrent = limits.maxConcurrent();
        this.runner = runner;
        this.slots = slots;
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

    /** See to it that a thread looks for what can be started; never waits. */
    void dispatch() {
        if (rejecting) {
            rejectWaiting();
        } else if (open && !nothingToStart() && slots.lookFirst()) {
            startLooking();
        }
    }

    /** Whether what waits is about to become less: a thread has a permit and is taking a step, or is giving it back. */
    @SuppressWarnings("ThreadPriorityCheck") // All that it needs for that is a processor.
    boolean isStarting() {
        // In this order: a step that begins meanwhile counts as neither rather than as both, and is seen the next time.
        boolean starting = !rejecting && slots.noPermit() && runner.inProgress() + handedOver.get() < maxConcurrent;
        if (starting) {
            Thread.yield();
        }
        return starting;
    }

    /**
     * Start the first step that waits, when it can start, without waiting for a thread that looks to get a processor;
     * tells whether one was started.
     */
    boolean startFirst() {
        Waiting<StepRun> first = null;
        slots.look();
        if (open && !rejecting && !nothingToStart() && slots.take()) {
            first = poll();
            if (first == null) {
                slots.leaveAndLook();
            }
        }
        if (first == null) {
            slots.stopLooking();
            // It was counted as looking, which may have kept others from it.
            dispatch();
            return false;
        }
        return startWith(first);
    }

    private boolean startWith(Waiting<StepRun> first) {
        handedOver.incrementAndGet();
        try {
            THREADS.newThread(new HandedOver(first)).start();
            return true;
        } catch (RuntimeException | Error e) {
            handedOver.decrementAndGet();
            again.add(first);
            slots.leave();
            notStarted(e);
            return false;
        }
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

    private void startLooking() {
        try {
            THREADS.newThread(() -> look()).start();
        } catch (RuntimeException | Error e) {
            slots.stopLooking();
            notStarted(e);
        }
    }

    private void notStarted(Throwable e) {
        LOG.error("event=step_thread_not_started", e);
        runner.lookSoon();
    }

    /** Run steps while there are some; the thread is counted as looking. */
    @SuppressWarnings("ThreadPriorityCheck") // Virtual threads keep their carriers until they yield.
    private void look() {
        int begun = renewals.get();
        long turn = System.nanoTime();
        int spins = 0;
        for (int left = STEPS_PER_THREAD; left > 0 && begun == renewals.get(); left--) {
            Waiting<StepRun> next = take(spins);
            if (next == null) {
                return;
            }
            long now = System.nanoTime();
            spins = run(next, now) ? SPINS : 0;
            if (now - turn > TURN_NANOS) {
                Thread.yield();
                turn = System.nanoTime();
            }
        }
        startLooking();
    }

    private boolean run(Waiting<StepRun> next, long now) {
        noteWait(now - next.sinceNanos());
        return runner.run(next.item(), now);
    }

    /** Let each thread end after the step that it runs, so that nothing which handlers have left in it stays. */
    void renewThreads() {
        renewals.incrementAndGet();
    }

    /** Take out what waits to be run by these. */
    void takeOut(Predicate<StepRun> wanted, ObjLongConsumer<StepRun> taker) {
        for (Waiting<StepRun> waiting : List.copyOf(again)) {
            if (wanted.test(waiting.item()) && again.remove(waiting)) {
                taker.accept(waiting.item(), waiting.sinceNanos());
            }
        }
        channel.takeOut(wanted).forEach(waiting -> taker.accept(waiting.item(), waiting.sinceNanos()));
    }

    /** Put a step where those wait that come first. */
    void putBack(StepRun run, long sinceNanos) {
        again.add(new Waiting<>(run, sinceNanos));
    }

    /**
     * Take the next step that can start; {@code null}, and looking no more, when there is none.
     *
     * @param patience how often to look in vain
     */
    private @Nullable Waiting<StepRun> take(int patience) {
        int spins = patience;
        while (true) {
            boolean waits = open && !rejecting && !nothingToStart();
            if (waits && slots.take()) {
                Waiting<StepRun> next = poll();
                if (next != null) {
                    dispatch();
                    return next;
                }
                slots.leaveAndLook();
            } else if (!waits && spins > 0 && slots.lookers() == 1) {
                spins--;
                Thread.onSpinWait();
            } else {
                slots.stopLooking();
                if (!open || rejecting || nothingToStart() || !slots.lookFirst()) {
                    return null;
                }
            }
        }
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
        if (late == starving.get() || !starving.compareAndSet(!late, late)) {
            return;
        }
        if (late) {
            LOG.warn(
                    "event=starvation_began waited_ms={} threshold_ms={} pending={}",
                    nanos / 1_000_000,
                    starvationThreshold.toMillis(),
                    channel.figures().pending());
        } else {
            LOG.info("event=starvation_ended waited_ms={}", nanos / 1_000_000);
        }
    }

    /** Begin with a step that has its slots, and keep nothing of it afterwards. */
    private final class HandedOver implements Runnable {
        private @Nullable Waiting<StepRun> first;

        HandedOver(Waiting<StepRun> first) {
            this.first = first;
        }

        @Override
        public void run() {
            Waiting<StepRun> mine = Objects.requireNonNull(first);
            first = null;
            handedOver.decrementAndGet();
            boolean ignored = Dispatcher.this.run(mine, System.nanoTime());
            look();
        }
    }
}
