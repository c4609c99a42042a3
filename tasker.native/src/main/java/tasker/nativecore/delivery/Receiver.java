package tasker.nativecore.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.spi.ReceivedEvent;

/** Read events for as many handlers as are free, and go on when the store is back after it was away. */
final class Receiver implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);
    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private final Store store;
    private final InFlightLimit inFlight;
    private final SubscriptionMeters meters;
    private final Traced traced;
    private final Consumer<List<Delivery>> handlers;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private boolean busy;

    /** Prepare to read; {@code handlers} takes the events of each read, does not wait, and does not fail. */
    Receiver(
            Store store,
            InFlightLimit inFlight,
            SubscriptionMeters meters,
            Traced traced,
            Consumer<List<Delivery>> handlers) {
        this.traced = traced;
        this.store = store;
        this.inFlight = inFlight;
        this.meters = meters;
        this.handlers = handlers;
    }

    void stop() {
        stopping.countDown();
    }

    @Override
    public void run() {
        while (stopping.getCount() > 0) {
            try {
                receive(inFlight.take(busy));
            } catch (InterruptedException ignored) {
                LOG.debug("event=receiver_interrupted stopping={}", stopping.getCount() == 0);
            }
        }
    }

    private void receive(int places) throws InterruptedException {
        int used = 0;
        try {
            if (stopping.getCount() == 0) {
                return;
            }
            // A visibility begins in the store at some time after this one.
            long before = System.nanoTime();
            Instant began = Instant.now();
            List<ReceivedEvent> events = store.receive(places, WAIT);
            long begin =
                    Math.max(before, System.nanoTime() - Duration.ofMillis(500).toNanos());
            busy = events.size() == places;
            pauseMillis = FIRST_PAUSE_MILLIS;
            used = events.size();
            meters.received.add(used);
            Instant now = Instant.now();
            traced.received(events, began);
            if (!events.isEmpty()) {
                events.forEach(event -> meters.waited(event.enqueuedAt(), now));
                handlers.accept(
                        events.stream().map(event -> new Delivery(event, begin)).toList());
            }
        } catch (RuntimeException | Error e) {
            // The store has noted why; all that matters here is not to ask it again at once.
            long pause = pauseMillis / 2 + ThreadLocalRandom.current().nextLong(pauseMillis);
            pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
            boolean ignored = stopping.await(pause, TimeUnit.MILLISECONDS);
        } finally {
            inFlight.giveBack(places - used);
        }
    }
}
