package tasker.nativecore.delivery;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.Meters;
import tasker.nativecore.consuming.DurableEventHandler;
import tasker.nativecore.consuming.EventSubscription;
import tasker.nativecore.consuming.SubscriptionFigures;
import tasker.nativecore.consuming.SubscriptionFigures.State;
import tasker.nativecore.consuming.SubscriptionOptions;

/**
 * Deliver the events of one queue to a handler: one thread reads as many as handlers are free, each handler has a
 * thread of its own, one thread acknowledges, one keeps the events hidden that are being handled.
 */
final class Subscription implements EventSubscription {
    private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);

    /** How long a read that finds the queue empty may take to notice that it should end. */
    private static final Duration READ_PATIENCE = Duration.ofMillis(250);

    private static final Duration INTERRUPT_GRACE = Duration.ofMillis(500);

    /** What settling what is left may take beyond the time for handlers. */
    private static final Duration SETTLE_PATIENCE = Duration.ofSeconds(2);

    private final String queue;
    private final SubscriptionOptions options;
    private final Runnable whenClosed;
    private final SubscriptionMeters meters;
    private final Store store;
    private final InFlightLimit inFlight;
    private final Set<Delivery> open = ConcurrentHashMap.newKeySet();
    private final Handling handling;
    private final Receiver receiver;
    private final Acknowledger acknowledger;
    private final Keeper keeper;
    private final Thread receiving;
    private final Thread acknowledging;
    private final Thread keeping;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Start to deliver; {@code whenClosed} is told at the end. */
    Subscription(
            String queue,
            DurableEventConsumer consumer,
            SubscriptionOptions options,
            DurableEventHandler handler,
            String workerId,
            Traced traced,
            Meters meters,
            Runnable whenClosed) {
        this.queue = queue;
        this.options = options;
        this.whenClosed = whenClosed;
        this.meters = new SubscriptionMeters(meters, queue);
        store = new Store(consumer, queue, this.meters);
        inFlight = new InFlightLimit(options.concurrency(), options.batchSize());
        Duration visibility = options.consumer().visibilityTimeout();
        acknowledger =
                new Acknowledger(store, visibility, this.meters, inFlight::running, open::remove, inFlight::settled);
        handling = new Handling(
                queue, workerId, options, handler, traced, store, open, inFlight, this.meters, acknowledger::add);
        receiver = new Receiver(store, inFlight, this.meters, traced, handling::start);
        keeper = new Keeper(store, open, visibility);
        // The waits of these two are all bounded, several for each batch, and each bounded wait of a virtual thread is
        // a task for the scheduler's timer.
        receiving = start(Thread.ofPlatform().daemon(), "receive", receiver);
        acknowledging = start(Thread.ofPlatform().daemon(), "acknowledge", acknowledger);
        keeping = start(Thread.ofVirtual(), "extend", keeper);
        LOG.info("event=subscription_opened queue={} concurrency={}", queue, options.concurrency());
    }

    private Thread start(Thread.Builder threads, String what, Runnable task) {
        return threads.name("tasker-" + what + '-' + queue)
                .inheritInheritableThreadLocals(false)
                .start(task);
    }

    String queue() {
        return queue;
    }

    @Override
    public SubscriptionFigures figures() {
        Optional<String> problem = store.problem();
        State state = closed.getCount() == 0
                ? State.CLOSED
                : closing.get() ? State.DRAINING : problem.isPresent() ? State.WAITING_FOR_STORE : State.RUNNING;
        return new SubscriptionFigures(
                state,
                inFlight.running(),
                inFlight.unsettled(),
                meters.received.value(),
                meters.succeeded.value(),
                meters.retried.value(),
                meters.deadLettered.value(),
                meters.lost.value(),
                meters.released.value(),
                meters.storeErrors.value(),
                problem);
    }

    @Override
    public void close() {
        close(System.nanoTime() + options.drainTimeout().toNanos());
    }

    /**
     * Close, letting handlers finish until this time, a {@link System#nanoTime}, or their own bound if it is earlier.
     */
    void close(long deadlineNanos) {
        if (closing.compareAndSet(false, true)) {
            try {
                drain(deadlineNanos);
            } finally {
                closed.countDown();
                whenClosed.run();
            }
            return;
        }
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void drain(long bound) {
        long own = System.nanoTime() + options.drainTimeout().toNanos();
        long deadline = own - bound < 0 ? own : bound;
        boolean interrupted = false;
        int cut = 0;
        try {
            stopReceiving();
            boolean idle = inFlight.awaitIdle(deadline);
            // Even then: what a read that hangs may still bring is not to be handled after the close.
            cut = handling.stopAll();
            if (!idle) {
                inFlight.awaitIdle(System.nanoTime() + INTERRUPT_GRACE.toNanos());
                handling.abandonAll();
            }
            acknowledger.stop();
            acknowledging.join(SETTLE_PATIENCE);
        } catch (InterruptedException e) {
            interrupted = true;
            cut += handling.stopAll();
            handling.abandonAll();
            acknowledger.stop();
        }
        keeper.stop();
        receiving.interrupt();
        acknowledging.interrupt();
        keeping.interrupt();
        store.close();
        LOG.info(
                "event=subscription_closed queue={} interrupted={} unsettled={} succeeded={} lost={}",
                queue,
                cut,
                inFlight.unsettled(),
                meters.succeeded.value(),
                meters.lost.value());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A read that is interrupted may have taken events that then nobody handles: it gets the time to end by itself. */
    private void stopReceiving() throws InterruptedException {
        receiver.stop();
        if (!receiving.join(READ_PATIENCE)) {
            receiving.interrupt();
            receiving.join(SETTLE_PATIENCE);
        }
    }
}
