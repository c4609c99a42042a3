package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Measure the event queue, that of steps once it is read, and the dead letters of both, and keep the last measure for
 * those who may not wait.
 *
 * <p>Counts stop at {@value #MOST}, so that a measure costs a fraction of a second at most. Safe for use by many
 * threads.
 */
final class QueueDepths {
    /** Where counting stops. */
    static final int MOST = 1_000_000;

    private final Database database;
    private final QueueName events;
    private final StepQueues steps;
    private volatile String sql;
    private volatile boolean withSteps;
    private volatile @Nullable Depth last;

    QueueDepths(Database database, StepQueues steps) {
        this.database = database;
        this.steps = steps;
        events = steps.events();
        sql = line(0, events);
    }

    /** Measure the queue of steps too from now on; it exists. */
    void addSteps() {
        sql = line(0, events) + " UNION ALL " + line(1, steps.steps()) + " ORDER BY place";
        withSteps = true;
    }

    private static String line(int place, QueueName queue) {
        // now() is this transaction's own start, and unlike clock_timestamp() it lets the index on vt be used.
        return """
                SELECT %4$d AS place,
                       (SELECT count(*) FROM (SELECT FROM %1$s LIMIT %3$d) AS counted) AS length,
                       (SELECT count(*) FROM (SELECT FROM %1$s WHERE vt <= now() LIMIT %3$d) AS counted) AS visible,
                       (SELECT extract(epoch FROM now() - q.enqueued_at)::double precision
                        FROM %1$s AS q ORDER BY q.msg_id LIMIT 1) AS oldest_age,
                       (SELECT count(*) FROM (SELECT FROM %2$s LIMIT %3$d) AS counted) AS dead_letters,
                       current_setting('transaction_read_only')::boolean AS read_only,
                       current_setting('server_version') AS server_version
                """.formatted(queue.table(), queue.deadLetters().table(), MOST, place);
    }

    /**
     * Describe a queue at one moment.
     *
     * @param length messages in it, hidden ones included
     * @param visible messages that could be read
     * @param oldestAgeSeconds age of the oldest message; empty when there is none
     * @param deadLetters messages in its queue of dead letters
     */
    record Line(int length, int visible, Optional<Double> oldestAgeSeconds, int deadLetters) {}

    /**
     * Describe the queues at one moment.
     *
     * @param events the event queue
     * @param steps the queue of steps; empty when this worker does not read it
     * @param readOnly whether the server takes no writes
     * @param serverVersion PostgreSQL's version
     * @param tookNanos how long the measure took, a round trip included
     */
    record Depth(Line events, Optional<Line> steps, boolean readOnly, String serverVersion, long tookNanos) {}

    QueueName events() {
        return events;
    }

    QueueName steps() {
        return steps.steps();
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
            if (depth.readOnly()) {
                database.renew();
            }
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
                made |= Queues.ensure(connection, events.deadLetters());
                return (withSteps && steps.ensure(connection)) || made;
            });
        }
    }

    private Depth measure(Connection connection) throws SQLException {
        long start = System.nanoTime();
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            Line first = line(row);
            boolean readOnly = row.getBoolean("read_only");
            String version = row.getString("server_version");
            Optional<Line> second = row.next() ? Optional.of(line(row)) : Optional.empty();
            return new Depth(first, second, readOnly, version, System.nanoTime() - start);
        }
    }

    private static Line line(ResultSet row) throws SQLException {
        double oldest = row.getDouble("oldest_age");
        Optional<Double> oldestAge = row.wasNull() ? Optional.empty() : Optional.of(Math.max(0, oldest));
        return new Line(row.getInt("length"), row.getInt("visible"), oldestAge, row.getInt("dead_letters"));
    }
}
