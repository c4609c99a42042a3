package tasker.nativecore.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import tasker.events.api.EventRejectedException;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.ReceivedEvent;
import tasker.nativecore.consuming.DurableEventHandler;
import tasker.nativecore.consuming.SubscriptionOptions;
import tasker.nativecore.delivery.Delivery.Cut;
import tasker.nativecore.delivery.SubscriptionMeters.Tally;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;
import tasker.nativecore.guard.RetryDelays;
import tasker.nativecore.tracing.Work;

/**
 * Run the handler, on as many virtual threads as it needs, and settle what it did not handle; safe for use by many
 * threads.
 */
final class Handling {
    private static final Logger LOG = LoggerFactory.getLogger(Handling.class);
    private static final ScopedValue<Boolean> INSIDE = ScopedValue.newInstance();
    private final String workerId;
    private final DurableEventHandler handler;
    private final Traced traced;
    private final RetryDelays delays;
    private final int maxReads;
    private final long visibilityNanos;
    private final Store store;
    private final Set<Delivery> open;
    private final InFlightLimit inFlight;
    private final SubscriptionMeters meters;
    private final Consumer<Delivery> succeeded;
    private final Queue<Delivery> ready = new ConcurrentLinkedQueue<>();
    private final String queue;
    private final CountDownLatch stopping = new CountDownLatch(1);

    Handling(
            String queue,
            String workerId,
            SubscriptionOptions options,
            DurableEventHandler handler,
            Traced traced,
            Store store,
            Set<Delivery> open,
            InFlightLimit inFlight,
            SubscriptionMeters meters,
            Consumer<Delivery> succeeded) {
        this.queue = queue;
        this.workerId = workerId;
        this.handler = handler;
        this.traced = traced;
        this.delays = new RetryDelays(options.retryDelay(), options.maxRetryDelay());
        this.maxReads = options.consumer().maxReads();
        this.visibilityNanos = options.consumer().visibilityTimeout().toNanos();
        this.store = store;
        this.open = open;
        this.inFlight = inFlight;
        this.meters = meters;
        this.succeeded = succeeded;
    }

    /** Whether the current thread runs a handler. */
    static boolean isCurrentThread() {
        return INSIDE.isBound();
    }

    /** Give events to the handler. */
    void start(List<Delivery> deliveries) {
        inFlight.begun(deliveries.size());
        open.addAll(deliveries);
        ready.addAll(deliveries);
        startThread();
    }

    private void startThread() {
        try {
            Thread.ofVirtual()
                    .name("tasker-handle-" + queue)
                    .inheritInheritableThreadLocals(false)
                    .start(this::runReady);
        } catch (RuntimeException | Error e) {
            LOG.error("event=handler_not_started queue={}", queue, e);
            for (Delivery left = ready.poll(); left != null; left = ready.poll()) {
                if (left.end()) {
                    giveBack(left);
                }
            }
        }
    }

    /**
     * Handle what is ready. As long as there is more, one more thread is about to begin: handlers that wait for
     * something leave the rest to it, while for handlers that do not, a few threads do the work of all.
     */
    private void runReady() {
        Delivery delivery = ready.poll();
        if (delivery != null && !ready.isEmpty()) {
            startThread();
        }
        for (; delivery != null; delivery = ready.poll()) {
            run(delivery);
        }
    }

    /** Interrupt every handler, whose event is then given back, and begin no other; tells how many. */
    int stopAll() {
        stopping.countDown();
        int stopped = 0;
        for (Delivery delivery : open) {
            stopped += delivery.cutShort(Cut.STOP) ? 1 : 0;
        }
        return stopped;
    }

    /** Give the events back whose handlers ignore the interrupt. */
    void abandonAll() {
        for (Delivery delivery : open) {
            if (delivery.cut() == Cut.STOP && delivery.end()) {
                LOG.warn(
                        "event=event_handler_abandoned queue={} msg_id={}",
                        delivery.received().queue(),
                        delivery.received().messageId());
                giveBack(delivery);
            }
        }
    }

    private void run(Delivery delivery) {
        ReceivedEvent received = delivery.received();
        MDC.put("worker_id", workerId);
        MDC.put("event_id", received.event().eventId().toString());
        received.event().correlationId().ifPresent(id -> MDC.put("correlation_id", id.toString()));
        try {
            boolean begun = stopping.getCount() > 0 && delivery.begin();
            Throwable thrown = begun ? handle(received) : null;
            boolean first = delivery.end();
            // Also of a handler that was abandoned: this thread may go on with the next event.
            boolean interrupted = Thread.interrupted();
            if (first) {
                LOG.trace("event=handler_ended msg_id={} interrupted={}", received.messageId(), interrupted);
                conclude(delivery, begun, thrown);
            }
        } finally {
            MDC.clear();
        }
    }

    /** What the handler has thrown; {@code null} when it has returned. */
    private @Nullable Throwable handle(ReceivedEvent received) {
        long begin = System.nanoTime();
        Work work = traced.process(received.event());
        try {
            work.<@Nullable Throwable, Exception>call(() -> Foreign.<@Nullable Throwable, Exception>call(
                    handler,
                    () -> ScopedValue.where(INSIDE, true).<@Nullable Throwable, Exception>call(() -> {
                        handler.handle(received);
                        return null;
                    })));
            work.end(null);
            return null;
        } catch (Throwable thrown) {
            work.end(thrown);
            return thrown;
        } finally {
            meters.handled(
                    System.nanoTime() - begin,
                    work.context().isPresent()
                            ? work.context()
                            : received.event().trace());
        }
    }

    private void conclude(Delivery delivery, boolean begun, @Nullable Throwable thrown) {
        if (delivery.cut() == Cut.LOST) {
            open.remove(delivery);
            meters.lost.add(1);
            endAndSettle();
        } else if (begun && thrown == null) {
            succeeded.accept(delivery);
            inFlight.ended();
        } else if (thrown == null || delivery.cut() == Cut.STOP) {
            giveBack(delivery);
        } else {
            fail(delivery, thrown);
        }
    }

    private void fail(Delivery delivery, Throwable thrown) {
        ReceivedEvent received = delivery.received();
        String reason = Failures.message(thrown);
        boolean permanent = thrown instanceof InvalidValueException || thrown instanceof EventRejectedException;
        if (permanent || received.readCount() >= maxReads) {
            String why = permanent
                    ? reason
                    : (maxReads == 1
                                    ? "failed when it was read for the only time: "
                                    : "failed when it was read for the last of " + maxReads + " times: ")
                            + Failures.describe(thrown);
            settle(delivery, meters.deadLettered, () -> store.deadLetter(received, why, thrown));
            return;
        }
        Duration delay = delays.after(received.readCount());
        LOG.warn(
                "event=event_failed queue={} msg_id={} event_type={} read_count={} retry_in_ms={} reason=\"{}\"",
                received.queue(),
                received.messageId(),
                received.event().eventType(),
                received.readCount(),
                delay.toMillis(),
                reason);
        LOG.debug("event=event_failed msg_id={}", received.messageId(), Failures.loggable(thrown));
        settle(delivery, meters.retried, () -> store.release(received, delay));
    }

    /** Try until the store has answered, or the event comes back by itself, or the close has no more patience. */
    private void settle(Delivery delivery, Tally tally, BooleanSupplier call) {
        open.remove(delivery);
        Patience patience = new Patience(delivery.hiddenSince() + visibilityNanos, stopping);
        try {
            while (true) {
                try {
                    (call.getAsBoolean() ? tally : meters.lost).add(1);
                    return;
                } catch (RuntimeException | Error e) {
                    if (!patience.allowsAnother("settle", 1, e)) {
                        meters.lost.add(1);
                        return;
                    }
                }
            }
        } finally {
            endAndSettle();
        }
    }

    /** Let others handle an event at once; when that cannot be told to the store, its visibility does it. */
    private void giveBack(Delivery delivery) {
        open.remove(delivery);
        try {
            (store.release(delivery.received(), Duration.ZERO) ? meters.released : meters.lost).add(1);
        } catch (RuntimeException | Error e) {
            LOG.warn(
                    "event=event_not_given_back queue={} msg_id={} reason=\"{}\"",
                    delivery.received().queue(),
                    delivery.received().messageId(),
                    Failures.message(e));
        } finally {
            endAndSettle();
        }
    }

    private void endAndSettle() {
        inFlight.ended();
        inFlight.settled(1);
    }
}
