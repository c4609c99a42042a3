package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tasker.events.api.spi.ConsumerOptions;

/**
 * Read messages of one queue and hide them for a while, as PGMQ's {@code read} does, with a statement that can use the
 * index on {@code vt}; immutable.
 *
 * <p>In order, a message is read only when none of its group comes before it in the queue, hidden or not, and none of
 * its group is held: that second look is for messages whose transaction committed after a later one was read. Reads of
 * an ordered queue take turns by an advisory lock that is held until their commit, each with a statement that begins,
 * and therefore sees, what the one before it has committed. Without that, two readers whose snapshots do not know of
 * each other's reads could each take a message of one group.
 */
final class QueueReader {
    private static final long NEVER = Long.MAX_VALUE;

    private final String read;
    private final String nextDue;
    private final double visibilitySeconds;
    private final QueueName queue;
    private final boolean ordered;

    /**
     * Make a reader.
     *
     * @param indexed whether the queue has an index by key, which reading in order should have
     */
    QueueReader(QueueName queue, ConsumerOptions options, Capabilities capabilities, boolean indexed) {
        this.queue = queue;
        ordered = options.ordered();
        visibilitySeconds = options.visibilityTimeout().toMillis() / 1_000.0;
        read = (ordered ? OrderLock.STATEMENT + ";\n" + OrderedRead.due(queue, indexed) : due(queue))
                + """
                UPDATE %1$s AS q
                SET read_ct = q.read_ct + 1,
                    vt = clock_timestamp() + make_interval(secs => ?::double precision)%2$s
                FROM due AS d WHERE q.msg_id = d.msg_id
                RETURNING q.msg_id, q.read_ct, q.enqueued_at, q.message::text AS message, q.headers::text AS headers
                """.formatted(
                        queue.table(), capabilities.queueHasLastReadAt() ? ", last_read_at = clock_timestamp()" : "");
        nextDue = "SELECT extract(epoch FROM q.vt - clock_timestamp())::double precision AS seconds FROM "
                + queue.table() + " AS q WHERE q.vt > now() - make_interval(secs => ?::double precision)"
                + " ORDER BY q.vt LIMIT 1";
    }

    private static String due(QueueName queue) {
        return """
                WITH due AS MATERIALIZED (
                    SELECT q.msg_id FROM %s AS q
                    WHERE q.vt <= statement_timestamp()
                    ORDER BY q.msg_id LIMIT ?::integer
                    FOR UPDATE OF q SKIP LOCKED
                )
                """.formatted(queue.table());
    }

    /** One message as it was read. */
    record Message(
            Fence fence,
            Instant enqueuedAt,
            @Nullable String message,
            @Nullable String headers) {}

    /** Read up to so many messages, in the order of their ids, with one round trip. */
    List<Message> read(Connection connection, int max) throws SQLException {
        List<Message> messages = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(read)) {
            int parameter = 1;
            if (ordered) {
                statement.setString(parameter++, queue.text());
            }
            statement.setInt(parameter++, max);
            statement.setDouble(parameter, visibilitySeconds);
            boolean result = statement.execute();
            if (ordered && !(result && statement.getMoreResults())) {
                throw new SQLException("the read of '" + queue + "' in order brought no result");
            }
            try (ResultSet row = statement.getResultSet()) {
                while (row.next()) {
                    messages.add(new Message(
                            new Fence(row.getLong("msg_id"), row.getInt("read_ct")),
                            row.getObject("enqueued_at", OffsetDateTime.class).toInstant(),
                            row.getString("message"),
                            row.getString("headers")));
                }
            }
        }
        // The order in which an update returns its rows is not promised.
        messages.sort(Comparator.comparingLong(message -> message.fence().messageId()));
        return messages;
    }

    /**
     * In how many nanoseconds the next message becomes visible that was hidden when a read began that brought none.
     *
     * @param began when that read began, by {@link System#nanoTime()}: what became due meanwhile is found too
     */
    long nextDue(Connection connection, long began) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(nextDue)) {
            // A moment more, and a moment later than exact, because clocks of two machines differ in their speed as
            // well.
            statement.setDouble(1, (System.nanoTime() - began) / 1e9 + 0.001);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return NEVER;
                }
                double seconds = row.getDouble("seconds");
                return seconds > Duration.ofDays(1).toSeconds()
                        ? NEVER
                        : (long) (Math.max(0, seconds) * 1e9) + 1_000_000;
            }
        }
    }
}
