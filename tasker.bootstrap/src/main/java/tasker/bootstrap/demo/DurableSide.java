package tasker.bootstrap.demo;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;

/**
 * Read the run's events back out of the durable queue, by their ids; safe for use by many threads.
 *
 * <p>Only what the run published is acknowledged. Events of others that lie in the same queue are counted apart and
 * given back: they stay in it, though each read raises their read counts. A message that is no event goes to the dead
 * letters, as with every consumer.
 */
final class DurableSide {
    private static final int BATCH = 500;
    private static final Duration WAIT = Duration.ofMillis(500);

    /** No event may go to the dead letters because the demonstration looked at it. */
    private static final ConsumerOptions OPTIONS = ConsumerOptions.defaults()
            .withVisibilityTimeout(Duration.ofSeconds(60))
            .withMaxReads(Integer.MAX_VALUE);

    /** Answers in a row without an event that was not seen yet, after which nothing more is expected. */
    private static final int QUIET_ROUNDS = 6;

    /** More of other programs' events than this are not kept to be given back: their time-out does that. */
    private static final int MAX_HELD = 10_000;

    private final Ledger ledger;
    private final IdSet ids = new IdSet();
    private final IdSet others = new IdSet();
    private long processed;
    private long rejected;
    private long duplicates;
    private long acknowledged;
    private OptionalLong leftOver = OptionalLong.empty();

    DurableSide(Ledger ledger) {
        this.ledger = ledger;
    }

    static ConsumerOptions options() {
        return OPTIONS;
    }

    /**
     * Read until this many events of the run were found and what lies behind them was looked at, or no more come.
     *
     * <p>The look after the last one shows events that are too many. It does not wait for others to stop publishing.
     */
    void read(DurableEventConsumer consumer, long expected) throws InterruptedException {
        Map<String, ReceivedEvent> held = new HashMap<>();
        try {
            int quiet = 0;
            while (quiet < (found() < expected ? QUIET_ROUNDS : 1)) {
                List<ReceivedEvent> received = consumer.receive(BATCH, WAIT);
                long before = others();
                List<ReceivedEvent> own = own(received, held);
                // Events of others come again when they were held for long: only new ones say that there are more.
                boolean more = others() > before && (found() < expected || received.size() == BATCH);
                quiet = own.isEmpty() && !more ? quiet + 1 : 0;
                settle(
                        own,
                        own.isEmpty()
                                ? 0
                                : own.size() - consumer.acknowledge(own).size());
            }
        } finally {
            for (ReceivedEvent other : held.values()) {
                consumer.release(other, Duration.ZERO);
            }
        }
    }

    /** Say how many messages lie in the queue after the reading, where only this run and its worker write to it. */
    synchronized void leave(long messages) {
        leftOver = OptionalLong.of(messages);
    }

    /** Messages in the queue after the reading; empty when other workers may write to it. */
    synchronized OptionalLong leftOver() {
        return leftOver;
    }

    /** Whether more messages lie in the queue than were seen there. */
    synchronized boolean hasUnread() {
        return leftOver.orElse(0) > others.size();
    }

    synchronized long found() {
        return ids.size();
    }

    synchronized long processed() {
        return processed;
    }

    synchronized long rejected() {
        return rejected;
    }

    synchronized long duplicates() {
        return duplicates;
    }

    /** Events of the run that this reader has taken off the queue. */
    synchronized long acknowledged() {
        return acknowledged;
    }

    /** Messages of others that were seen in the same queue. */
    synchronized long others() {
        return others.size();
    }

    /** How many of the events that were found here the fast path did not bring. */
    synchronized long absentFrom(FastSide fast) {
        return ids.count(id -> !fast.holds(id));
    }

    /** How many events the fast path brought that were not found here. */
    synchronized long missingFrom(FastSide fast) {
        return fast.absentFrom(ids);
    }

    private synchronized List<ReceivedEvent> own(List<ReceivedEvent> received, Map<String, ReceivedEvent> held) {
        List<ReceivedEvent> own = new ArrayList<>();
        for (ReceivedEvent each : received) {
            if (ledger.owns(each.event().correlationId())) {
                own.add(each);
                continue;
            }
            // By message, not by event: an event that was published twice lies there twice.
            String message = each.messageId();
            others.add(UUID.nameUUIDFromBytes(message.getBytes(StandardCharsets.UTF_8)));
            if (held.size() < MAX_HELD || held.containsKey(message)) {
                // Only its latest reading can give it back.
                held.put(message, each);
            }
        }
        return own;
    }

    private synchronized void settle(List<ReceivedEvent> own, int settled) {
        acknowledged += settled;
        for (ReceivedEvent each : own) {
            String type = each.event().eventType();
            if (!ids.add(each.event().eventId())) {
                duplicates++;
            } else if (type.equals(OrderEvents.PROCESSED)) {
                processed++;
            } else if (type.equals(OrderEvents.REJECTED)) {
                rejected++;
            }
        }
    }
}
