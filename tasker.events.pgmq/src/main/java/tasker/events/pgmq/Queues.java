package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tasker.events.api.InvalidValueException;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DeadLetter;
import tasker.events.api.spi.EventSelection;
import tasker.events.api.spi.QueueAdministration;
import tasker.events.api.spi.QueueStatus;

/** Create and look at queues; safe for use by many threads. */
final class Queues implements QueueAdministration {
    private static final int MOST = 10_000;

    private final Operations operations;
    private final QueueName events;
    private final Replay replay;

    Queues(Operations operations, QueueName events, Replay replay) {
        this.operations = operations;
        this.events = events;
        this.replay = replay;
    }

    /**
     * Create a queue where it is missing, in the connection's open transaction. Workers that start at once take turns
     * by PGMQ's own lock, which its older versions take too late.
     *
     * @return whether it was missing
     */
    static boolean ensure(Connection connection, QueueName queue) throws SQLException {
        if (exists(connection, queue)) {
            return false;
        }
        call(connection, "SELECT pg_advisory_xact_lock(hashtext('pgmq.queue_' || ?::text))", queue);
        if (exists(connection, queue)) {
            return false;
        }
        call(connection, "SELECT pgmq.create(?::text)", queue);
        return true;
    }

    /** Whether a queue is registered and has its table. */
    static boolean exists(Connection connection, QueueName queue) throws SQLException {
        String sql = """
                SELECT EXISTS (SELECT FROM pgmq.meta AS m WHERE m.queue_name = ?::text)
                   AND to_regclass(?::text) IS NOT NULL
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, queue.text());
            statement.setString(2, queue.table());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static void call(Connection connection, String sql, QueueName queue) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, queue.text());
            statement.execute();
        }
    }

    @Override
    public String eventQueue() {
        return events.text();
    }

    @Override
    public String deadLetterQueue() {
        return events.deadLetters().text();
    }

    @Override
    public List<QueueStatus> list() {
        return operations.run("list the queues", connection -> {
            try (PreparedStatement statement = connection.prepareStatement("SELECT m.* FROM pgmq.metrics_all() AS m")) {
                return statuses(statement);
            }
        });
    }

    @Override
    public Optional<QueueStatus> status(String queue) {
        QueueName name;
        try {
            name = QueueName.of(queue);
        } catch (TaskerException ignored) {
            // No queue can have such a name.
            return Optional.empty();
        }
        return operations.run("look at the queue " + name, connection -> {
            if (!exists(connection, name)) {
                return Optional.empty();
            }
            try (PreparedStatement statement =
                    connection.prepareStatement("SELECT m.* FROM pgmq.metrics(?::text) AS m")) {
                statement.setString(1, name.text());
                return statuses(statement).stream().findFirst();
            }
        });
    }

    @Override
    public List<DeadLetter> deadLetters(String queue, EventSelection selection, int limit) {
        if (limit < 1 || limit > MOST) {
            throw new InvalidValueException("limit", "is " + limit + "; expected 1 to " + MOST);
        }
        QueueName letters = QueueName.of(queue).lettersOrSelf();
        return operations.run(
                "read the dead letters in '" + letters + "'",
                connection -> DeadLetterReader.read(connection, letters, selection, limit));
    }

    @Override
    public long replayDeadLetters(String queue, EventSelection selection) {
        return replay.deadLetters(QueueName.of(queue).lettersOrSelf(), selection);
    }

    @Override
    public long purgeDeadLetters(String queue, EventSelection selection) {
        return replay.purge(QueueName.of(queue).lettersOrSelf(), selection);
    }

    @Override
    public long replayArchive(String queue, EventSelection selection) {
        return replay.archive(QueueName.of(queue), selection);
    }

    private static List<QueueStatus> statuses(PreparedStatement statement) throws SQLException {
        List<QueueStatus> statuses = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                int seconds = row.getInt("oldest_msg_age_sec");
                Optional<Duration> oldest = row.wasNull() ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
                statuses.add(new QueueStatus(
                        row.getString("queue_name"),
                        row.getLong("queue_length"),
                        row.getLong("queue_visible_length"),
                        oldest,
                        row.getLong("total_messages")));
            }
        }
        statuses.sort(Comparator.comparing(QueueStatus::name));
        return statuses;
    }
}
