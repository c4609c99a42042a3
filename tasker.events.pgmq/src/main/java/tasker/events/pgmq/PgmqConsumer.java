package tasker.events.pgmq;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import tasker.events.api.DomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;

/** Receive the events of one queue and settle them; safe for use by many threads. */
final class PgmqConsumer implements DurableEventConsumer {
    private static final int MOST = 10_000;

    private final Operations operations;
    private final QueueName queue;
    private final ConsumerOptions options;
    private final long pollNanos;
    private final PgmqMeters meters;
    private final Wakeups.Waiter waiter;
    private final QueueReader reader;
    private final ReadSettlement settlement;
    private final Burial burial;
    private final DuplicateWindow duplicates;
    private final AtomicBoolean closed = new AtomicBoolean();

    PgmqConsumer(
            Operations operations,
            QueueName queue,
            ConsumerOptions options,
            QueueReader reader,
            Capabilities capabilities,
            Duration pollInterval,
            PgmqMeters meters,
            Wakeups.Waiter waiter) {
        this.operations = operations;
        this.queue = queue;
        this.options = options;
        this.pollNanos = pollInterval.toNanos();
        this.meters = meters;
        this.waiter = waiter;
        this.reader = reader;
        settlement = new ReadSettlement(queue, options, capabilities);
        burial = new Burial(operations, queue, meters, true);
        duplicates = new DuplicateWindow(options.duplicateWindow());
    }

    @Override
    public List<ReceivedEvent> receive(int max, Duration wait) throws InterruptedException {
        if (max < 1 || max > MOST) {
            throw new InvalidValueException("max", "is " + max + "; expected 1 to " + MOST);
        }
        long deadline = System.nanoTime() + Math.min(Math.max(wait.toMillis(), 0), Integer.MAX_VALUE) * 1_000_000L;
        while (true) {
            requireOpen();
            long seen = waiter.seen();
            long began = System.nanoTime();
            List<QueueReader.Message> messages =
                    operations.repeat("receive from '" + queue + "'", connection -> reader.read(connection, max));
            List<ReceivedEvent> events = sort(messages);
            if (!events.isEmpty()) {
                meters.received(events.size());
                if (messages.size() == max) {
                    waiter.passOn();
                }
                return events;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return List.of();
            }
            if (messages.isEmpty()) {
                long due = operations.repeat(
                        "see what is due in '" + queue + "'", connection -> reader.nextDue(connection, began));
                waiter.await(seen, Math.min(Math.min(left, pollNanos), due));
            }
        }
    }

    /** Keep what is an event and may be tried; the rest goes to the dead letters. */
    private List<ReceivedEvent> sort(List<QueueReader.Message> messages) {
        List<ReceivedEvent> events = new ArrayList<>(messages.size());
        Map<Fence, DeathNote> dead = new LinkedHashMap<>();
        for (QueueReader.Message message : messages) {
            Fence fence = message.fence();
            if (fence.readCount() > options.maxReads()) {
                dead.put(fence, DeathNote.ofReads(fence.readCount(), options.maxReads()));
                continue;
            }
            try {
                events.add(received(message));
            } catch (InvalidValueException e) {
                dead.put(fence, DeathNote.of(DeathNote.Cause.MALFORMED, "is no domain event: " + e.getMessage()));
            }
        }
        burial.buryIfPossible(dead);
        return events;
    }

    private ReceivedEvent received(QueueReader.Message message) {
        DomainEvent event = EventMessage.read(message.message(), message.headers());
        long id = message.fence().messageId();
        boolean duplicate = duplicates.isDuplicate(event.eventId(), id, System.nanoTime());
        if (duplicate) {
            meters.duplicate();
        }
        return new ReceivedEvent(
                event, queue.text(), Long.toString(id), message.fence().readCount(), message.enqueuedAt(), duplicate);
    }

    @Override
    public List<ReceivedEvent> acknowledge(Collection<ReceivedEvent> events) {
        List<Fence> fences = fences(events);
        if (fences.isEmpty()) {
            return List.of();
        }
        Set<Long> done = operations.run(
                "acknowledge events of '" + queue + "'", connection -> settlement.acknowledge(connection, fences));
        meters.acknowledged(fences.size(), done.size());
        goOn();
        return others(events, done);
    }

    @Override
    public List<ReceivedEvent> extend(Collection<ReceivedEvent> events, Duration visibility) {
        List<Fence> fences = fences(events);
        if (fences.isEmpty()) {
            return List.of();
        }
        Set<Long> kept = operations.run(
                "extend the visibility of events of '" + queue + "'",
                connection -> settlement.extend(connection, fences, visibility));
        meters.extended(kept.size());
        meters.lost(fences.size() - kept.size());
        return others(events, kept);
    }

    @Override
    public boolean release(ReceivedEvent event, Duration delay) {
        Fence fence = fences(List.of(event)).getFirst();
        boolean done = operations.run(
                "release an event of '" + queue + "'", connection -> settlement.release(connection, fence, delay));
        meters.released(done);
        waiter.announce();
        return done;
    }

    @Override
    public boolean deadLetter(ReceivedEvent event, String reason, Optional<Throwable> cause) {
        Fence fence = fences(List.of(event)).getFirst();
        DeathNote note = DeathNote.of(DeathNote.Cause.CONSUMER, reason, cause);
        boolean done = burial.bury(Map.of(fence, note)) == 1;
        goOn();
        return done;
    }

    /** The next event of a group may be read now. */
    private void goOn() {
        if (options.ordered()) {
            waiter.announce();
        }
    }

    private List<Fence> fences(Collection<ReceivedEvent> events) {
        requireOpen();
        for (ReceivedEvent event : events) {
            if (!Objects.equals(event.queue(), queue.text())) {
                throw new InvalidValueException(
                        "queue", "is '" + event.queue() + "'; this consumer reads '" + queue + "'");
            }
        }
        return events.stream().map(Fence::of).distinct().toList();
    }

    private static List<ReceivedEvent> others(Collection<ReceivedEvent> events, Set<Long> done) {
        if (done.size() == events.size()) {
            return List.of();
        }
        return events.stream()
                .filter(event -> !done.contains(Long.parseLong(event.messageId())))
                .toList();
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new TaskerException("TASKER-Q108", "the consumer of '" + queue + "' is closed; open another one");
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            waiter.close();
        }
    }
}
