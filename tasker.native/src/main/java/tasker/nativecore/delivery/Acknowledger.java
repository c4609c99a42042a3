package tasker.nativecore.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.spi.ReceivedEvent;
import tasker.nativecore.guard.Failures;

/**
 * Acknowledge events, one thread for all of a subscription: what ended while one statement was under way goes with the
 * next. A lone event goes at once; while many end together, the statement waits up to 300 µs for about as many as the
 * one before it had. The thread is woken when there is as much as it waits for, and not by each event.
 */
final class Acknowledger implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Acknowledger.class);
    private static final int MOST = 1_000;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LINGER_NANOS = 300_000;
    private static final int ATTEMPTS_TOGETHER = 3;
    private static final int NOTHING = Integer.MAX_VALUE;

    private final Store store;
    private final long visibilityNanos;
    private final SubscriptionMeters meters;
    private final IntSupplier handling;
    private final Consumer<Delivery> settling;
    private final IntConsumer settled;
    private final Queue<Delivery> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private volatile int wanted = NOTHING;
    private int lastBatch;

    /**
     * Prepare to acknowledge.
     *
     * @param visibility how long events stay hidden that are not settled
     * @param handling how many handlers run, whose events may follow soon
     * @param settling is told of each event before it is acknowledged
     * @param settled is told how many events are acknowledged, or lost
     */
    Acknowledger(
            Store store,
            Duration visibility,
            SubscriptionMeters meters,
            IntSupplier handling,
            Consumer<Delivery> settling,
            IntConsumer settled) {
        this.store = store;
        this.visibilityNanos = visibility.toNanos();
        this.meters = meters;
        this.handling = handling;
        this.settling = settling;
        this.settled = settled;
    }

    /** Acknowledge this event soon. */
    void add(Delivery done) {
        waiting.add(done);
        if (count.incrementAndGet() >= wanted) {
            LockSupport.unpark(thread);
        }
    }

    /** End once nothing waits any more, or the store does not answer; whoever calls this adds no more. */
    void stop() {
        stopping.countDown();
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        List<Delivery> batch = new ArrayList<>();
        while (!(stopping.getCount() == 0 && waiting.isEmpty())) {
            try {
                await(1, LOOK_NANOS);
                int hoped = Math.min(MOST, lastBatch * 9 / 10);
                if (count.get() < hoped && handling.getAsInt() > 0) {
                    await(hoped, LINGER_NANOS);
                }
                take(batch);
                if (!batch.isEmpty()) {
                    lastBatch = batch.size();
                    acknowledge(batch);
                }
            } catch (InterruptedException ignored) {
                LOG.debug("event=acknowledger_interrupted left={}", batch.size() + waiting.size());
                return;
            } catch (RuntimeException | Error e) {
                LOG.error("event=acknowledge_failed events={}", batch.size(), Failures.loggable(e));
            }
            batch.clear();
        }
    }

    private void await(int hoped, long nanos) throws InterruptedException {
        long begin = System.nanoTime();
        // Told before the look: whoever adds something looks here after it.
        wanted = hoped;
        try {
            while (count.get() < hoped && stopping.getCount() > 0) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                long left = nanos - (System.nanoTime() - begin);
                if (left <= 0) {
                    return;
                }
                LockSupport.parkNanos(this, left);
            }
        } finally {
            wanted = NOTHING;
        }
    }

    private void take(List<Delivery> batch) {
        for (Delivery next = poll(batch.size()); next != null; next = poll(batch.size())) {
            batch.add(next);
        }
        count.addAndGet(-batch.size());
    }

    private @Nullable Delivery poll(int taken) {
        return taken < MOST ? waiting.poll() : null;
    }

    private void acknowledge(List<Delivery> batch) throws InterruptedException {
        batch.forEach(settling);
        long hiddenUntil = batch.getFirst().hiddenSince() + visibilityNanos;
        acknowledge(batch.stream().map(Delivery::received).toList(), hiddenUntil);
    }

    /** Try until the store has answered, or the events come back by themselves, or the close has no more patience. */
    private void acknowledge(List<ReceivedEvent> events, long hiddenUntil) throws InterruptedException {
        Patience patience = new Patience(hiddenUntil, stopping);
        for (int attempt = 1; true; attempt++) {
            try {
                int lost = store.acknowledge(events).size();
                meters.lost.add(lost);
                meters.succeeded.add(events.size() - lost);
                break;
            } catch (RuntimeException | Error e) {
                // An error of a foreign transport, too: places that nobody gives back would end the subscription.
                if (!patience.allowsAnother("acknowledge", events.size(), e)) {
                    meters.lost.add(events.size());
                    break;
                }
                if (attempt >= ATTEMPTS_TOGETHER
                        && events.size() > 1
                        && store.problem().isEmpty()) {
                    // The store answers others: one of these may be what it refuses.
                    int half = events.size() / 2;
                    acknowledge(events.subList(0, half), hiddenUntil);
                    acknowledge(events.subList(half, events.size()), hiddenUntil);
                    return;
                }
            }
        }
        settled.accept(events.size());
    }
}
