package tasker.bootstrap.demo;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.spi.EventPoller;

/**
 * Count the run's events as a subscriber of the fast path sees them; safe for use by many threads.
 *
 * <p>One that falls behind misses events and knows how many: both numbers together are what was published.
 */
final class FastSide implements AutoCloseable {
    private static final Duration WAIT = Duration.ofMillis(500);

    private final EventPoller poller;
    private final Ledger ledger;
    private final Thread thread;
    private final IdSet durableIds = new IdSet();
    private long received;
    private long processed;
    private long rejected;

    /** Start counting what this poller receives. */
    FastSide(EventPoller poller, Ledger ledger) {
        this.poller = poller;
        this.ledger = ledger;
        thread = Thread.ofPlatform().daemon().name("tasker-demo-subscriber").start(this::follow);
    }

    /** Events of any kind that were received, of others too. */
    synchronized long received() {
        return received;
    }

    /** Events that were overwritten before they could be received. */
    long missed() {
        return poller.missed();
    }

    /** Events of the run that tell of a processed order. */
    synchronized long processed() {
        return processed;
    }

    /** Events of the run that tell of a rejected order. */
    synchronized long rejected() {
        return rejected;
    }

    /** Events of the run that must be durable too. */
    synchronized long durable() {
        return durableIds.size();
    }

    /** Whether an event of the run that must be durable was received here. */
    synchronized boolean holds(UUID id) {
        return durableIds.contains(id);
    }

    /** How many of the events that must be durable are not among these. */
    synchronized long absentFrom(IdSet others) {
        return durableIds.count(id -> !others.contains(id));
    }

    @Override
    public void close() {
        poller.close();
        thread.interrupt();
    }

    private void follow() {
        try {
            while (!poller.isClosed()) {
                poller.poll(WAIT).ifPresent(this::count);
            }
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void count(InProcessDomainEvent event) {
        received++;
        Optional<UUID> correlation = event.correlationId();
        if (!ledger.owns(correlation)
                || !OrderEvents.isDurable(event.eventType())
                || !durableIds.add(event.eventId())) {
            return;
        }
        if (event.eventType().equals(OrderEvents.PROCESSED)) {
            processed++;
        } else {
            rejected++;
        }
    }
}
