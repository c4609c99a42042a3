package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Measure the event queue and its dead letters, and keep the last measure for those who may not wait.
 *
 * <p>Counts stop at {@value #MOST}, so that a measure costs a fraction of a second at most. Safe for use by many
 * threads.
 */
final class QueueDepths {
    /** Where counting stops. */
    static final int MOST = 1_000_000;

    private final Database database;
    private final QueueName events;
    private final String sql;
    private volatile @Nullable Depth last;

    QueueDepths(Database database, QueueName events) {
        this.database = database;
        this.events = events;
        // now() is this transaction's own start, and unlike clock_timestamp() it lets the index on vt be used.
        sql = """
                SELECT (SELECT count(*) FROM (SELECT FROM %1$s LIMIT %3$d) AS counted) AS length,
                       (SELECT count(*) FROM (SELECT FROM %1$s WHERE vt <= now() LIMIT %3$d) AS counted) AS visible,
                       (SELECT extract(epoch FROM now() - q.enqueued_at)::double precision
                        FROM %1$s AS q ORDER BY q.msg_id LIMIT 1) AS oldest_age,
                       (SELECT count(*) FROM (SELECT FROM %2$s LIMIT %3$d) AS counted) AS dead_letters,
                       current_setting('transaction_read_only')::boolean AS read_only,
                       current_setting('server_version') AS server_version
                """.formatted(events.table(), events.deadLetters().table(), MOST);
    }

    /**
     * Describe the queues at one moment.
     *
     * @param length messages in the event queue, hidden ones included
     * @param visible messages that could be read
     * @param oldestAgeSeconds age of the oldest message; empty when there is none
     * @param deadLetters messages in the queue of dead letters
     * @param readOnly whether the server takes no writes
     * @param serverVersion PostgreSQL's version
     * @param tookNanos how long the measure took, a round trip included
     */
    record Depth(
            int length,
            int visible,
            Optional<Double> oldestAgeSeconds,
            int deadLetters,
            boolean readOnly,
            String serverVersion,
            long tookNanos) {}

    QueueName events() {
        return events;
    }

    /** The last measure; empty when there is none, or the last attempt failed. */
    Optional<Depth> last() {
        return Optional.ofNullable(last);
    }

    /** Measure within this time. */
    Depth measure(Duration bound) throws TransactionException, NoConnectionException, InterruptedException {
        try {
            Depth depth = database.transact(System.nanoTime() + bound.toNanos(), this::measure);
            last = depth;
            return depth;
        } catch (TransactionException | NoConnectionException e) {
            last = null;
            throw e;
        }
    }

    /** Measure within this time; where a queue was dropped, make it again, so that the next measure succeeds. */
    void measureOrMend(Duration bound) throws TransactionException, NoConnectionException, InterruptedException {
        try {
            measure(bound);
        } catch (TransactionException e) {
            if (!SqlStates.isMissing(e.failure())) {
                throw e;
            }
            database.transact(System.nanoTime() + bound.toNanos(), connection -> {
                boolean made = Queues.ensure(connection, events);
                return Queues.ensure(connection, events.deadLetters()) || made;
            });
        }
    }

    private Depth measure(Connection connection) throws SQLException {
        long start = System.nanoTime();
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            double oldest = row.getDouble("oldest_age");
            Optional<Double> oldestAge = row.wasNull() ? Optional.empty() : Optional.of(Math.max(0, oldest));
            return new Depth(
                    row.getInt("length"),
                    row.getInt("visible"),
                    oldestAge,
                    row.getInt("dead_letters"),
                    row.getBoolean("read_only"),
                    row.getString("server_version"),
                    System.nanoTime() - start);
        }
    }
}
