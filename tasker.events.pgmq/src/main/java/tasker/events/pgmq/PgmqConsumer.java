package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.InvalidValueException;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;

/**
 * Read one queue with PGMQ's {@code read}, and settle with statements of our own.
 *
 * <p>PGMQ's {@code delete}, {@code archive} and {@code set_vt} check no ownership; here every settling names the read
 * that it belongs to ({@link Fence}), so that a consumer whose visibility ran out touches nothing that another one
 * holds.
 */
final class PgmqConsumer implements DurableEventConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(PgmqConsumer.class);
    private static final int MOST = 10_000;
    private static final String READ = """
            SELECT r.msg_id, r.read_ct, r.enqueued_at, r.message::text AS message, r.headers::text AS headers
            FROM pgmq.read(?::text, ?::integer, ?::integer) AS r
            """;

    private final Operations operations;
    private final QueueName queue;
    private final ConsumerOptions options;
    private final long pollNanos;
    private final PgmqMeters meters;
    private final Arrivals arrivals;
    private final DeadLetters deadLetters;
    private final String acknowledge;
    private final String release;
    private volatile boolean closed;

    PgmqConsumer(
            Operations operations,
            QueueName queue,
            ConsumerOptions options,
            Duration pollInterval,
            PgmqMeters meters,
            Arrivals arrivals) {
        this.operations = operations;
        this.queue = queue;
        this.options = options;
        this.pollNanos = pollInterval.toNanos();
        this.meters = meters;
        this.arrivals = arrivals;
        this.deadLetters = new DeadLetters(queue);
        acknowledge = "DELETE FROM " + queue.table() + " AS q"
                + " USING unnest(?::bigint[], ?::integer[]) AS f (msg_id, read_ct)"
                + " WHERE q.msg_id = f.msg_id AND q.read_ct = f.read_ct";
        release = "UPDATE " + queue.table() + " AS q"
                + " SET vt = clock_timestamp() + make_interval(secs => ?::double precision)"
                + " WHERE q.msg_id = ?::bigint AND q.read_ct = ?::integer";
    }

    /** One message as it was read. */
    private record Message(
            Fence fence,
            Instant enqueuedAt,
            @Nullable String message,
            @Nullable String headers) {}

    @Override
    public List<ReceivedEvent> receive(int max, Duration wait) throws InterruptedException {
        if (max < 1 || max > MOST) {
            throw new InvalidValueException("max", "is " + max + "; expected 1 to " + MOST);
        }
        long deadline = System.nanoTime() + Math.min(Math.max(wait.toMillis(), 0), Integer.MAX_VALUE) * 1_000_000L;
        while (true) {
            requireOpen();
            long seen = arrivals.seen();
            List<Message> messages =
                    operations.runInterruptibly("receive from '" + queue + "'", connection -> read(connection, max));
            List<ReceivedEvent> events = sort(messages);
            if (!events.isEmpty()) {
                meters.received(events.size());
                return events;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return List.of();
            }
            if (messages.isEmpty()) {
                arrivals.await(seen, Math.min(left, pollNanos));
            }
        }
    }

    private List<Message> read(Connection connection, int max) throws SQLException {
        List<Message> messages = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setString(1, queue.text());
            statement.setInt(2, Math.toIntExact(options.visibilityTimeout().toSeconds()));
            statement.setInt(3, max);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    messages.add(new Message(
                            new Fence(row.getLong("msg_id"), row.getInt("read_ct")),
                            row.getObject("enqueued_at", OffsetDateTime.class).toInstant(),
                            row.getString("message"),
                            row.getString("headers")));
                }
            }
        }
        // The order in which read returns them is not promised.
        messages.sort(Comparator.comparingLong(message -> message.fence().messageId()));
        return messages;
    }

    /** Keep what is an event and may be tried; the rest goes to the dead letters. */
    private List<ReceivedEvent> sort(List<Message> messages) {
        List<ReceivedEvent> events = new ArrayList<>(messages.size());
        Map<Fence, String> malformed = new LinkedHashMap<>();
        Map<Fence, String> exhausted = new LinkedHashMap<>();
        for (Message message : messages) {
            Fence fence = message.fence();
            if (fence.readCount() > options.maxReads()) {
                exhausted.put(
                        fence,
                        "was read " + (fence.readCount() - 1) + " times without being settled; at most "
                                + options.maxReads() + " are allowed");
                continue;
            }
            try {
                events.add(new ReceivedEvent(
                        EventMessage.read(message.message(), message.headers()),
                        queue.text(),
                        Long.toString(fence.messageId()),
                        fence.readCount(),
                        message.enqueuedAt()));
            } catch (InvalidValueException e) {
                malformed.put(fence, DeadLetters.storable("is no domain event: " + e.getMessage()));
            }
        }
        buryIfPossible(DeadLetters.Cause.MALFORMED, malformed);
        buryIfPossible(DeadLetters.Cause.MAX_READS, exhausted);
        return events;
    }

    /** What cannot be moved comes back after its visibility; it must not cost the events that were read with it. */
    private void buryIfPossible(DeadLetters.Cause cause, Map<Fence, String> reasons) {
        try {
            bury(cause, reasons);
        } catch (TaskerException e) {
            LOG.warn(
                    "event=dead_lettering_failed queue={} cause={} messages={} reason=\"{}\"",
                    queue,
                    cause.label(),
                    reasons.size(),
                    e.getMessage());
        }
    }

    private int bury(DeadLetters.Cause cause, Map<Fence, String> reasons) {
        if (reasons.isEmpty()) {
            return 0;
        }
        Set<Long> moved = move(reasons);
        meters.deadLettered(cause, reasons.size(), moved.size());
        reasons.forEach((fence, reason) -> {
            if (moved.contains(fence.messageId())) {
                LOG.warn(
                        "event=dead_lettered queue={} msg_id={} read_count={} cause={} reason=\"{}\"",
                        queue,
                        fence.messageId(),
                        fence.readCount(),
                        cause.label(),
                        reason);
            }
        });
        return moved.size();
    }

    /** Move messages to their dead letters, whose queue is made again when it was dropped. */
    private Set<Long> move(Map<Fence, String> reasons) {
        String what = "move dead letters of '" + queue + "'";
        try {
            return operations.run(what, connection -> deadLetters.move(connection, reasons));
        } catch (TaskerException e) {
            if (!e.code().equals("TASKER-Q113") || queue.isDeadLetters()) {
                throw e;
            }
        }
        return operations.run(what, connection -> {
            Queues.ensure(connection, queue.deadLetters());
            return deadLetters.move(connection, reasons);
        });
    }

    @Override
    public int acknowledge(Collection<ReceivedEvent> events) {
        requireOpen();
        if (events.isEmpty()) {
            return 0;
        }
        List<Fence> fences = events.stream().map(this::fence).distinct().toList();
        int done = operations.run("acknowledge events of '" + queue + "'", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(acknowledge)) {
                Fence.bind(connection, statement, 1, fences);
                return statement.executeUpdate();
            }
        });
        meters.acknowledged(fences.size(), done);
        return done;
    }

    @Override
    public boolean release(ReceivedEvent event, Duration delay) {
        requireOpen();
        Fence fence = fence(event);
        double seconds = Math.max(0, delay.toMillis()) / 1_000.0;
        boolean done = operations.run("release an event of '" + queue + "'", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(release)) {
                statement.setDouble(1, seconds);
                statement.setLong(2, fence.messageId());
                statement.setInt(3, fence.readCount());
                return statement.executeUpdate() == 1;
            }
        });
        meters.released(done);
        return done;
    }

    @Override
    public boolean deadLetter(ReceivedEvent event, String reason) {
        requireOpen();
        return bury(DeadLetters.Cause.CONSUMER, Map.of(fence(event), DeadLetters.storable(reason))) == 1;
    }

    private Fence fence(ReceivedEvent event) {
        if (!Objects.equals(event.queue(), queue.text())) {
            throw new InvalidValueException("queue", "is '" + event.queue() + "'; this consumer reads '" + queue + "'");
        }
        return Fence.of(event);
    }

    private void requireOpen() {
        if (closed) {
            throw new TaskerException("TASKER-Q108", "the consumer of '" + queue + "' is closed; open another one");
        }
    }

    @Override
    public void close() {
        closed = true;
        arrivals.announce();
    }
}
