package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import tasker.events.api.spi.EventSelection;

/**
 * Move chosen messages back into their queue, or delete them; safe for use by many threads.
 *
 * <p>Works through the messages by their ids, {@value #CHUNK} at a time in one statement each, so that no statement
 * runs long; what comes in meanwhile, such as a replayed message that fails again, is not chosen.
 */
final class Replay {
    private static final int CHUNK = 2_000;

    private final Operations operations;
    private final Wakeups wakeups;

    Replay(Operations operations, Wakeups wakeups) {
        this.operations = operations;
        this.wakeups = wakeups;
    }

    /** Move dead letters back into the queue that they came from. */
    long deadLetters(QueueName letters, EventSelection selection) {
        return move(letters.table(), letters.source(), new Selector(selection, "enqueued_at"));
    }

    /** Move messages of a queue's archive back into it. */
    long archive(QueueName queue, EventSelection selection) {
        return move(queue.archive(), queue, new Selector(selection, "archived_at"));
    }

    /** Delete dead letters. */
    long purge(QueueName letters, EventSelection selection) {
        Selector selector = new Selector(selection, "enqueued_at");
        String sql = chosen(letters.table(), selector) + """
                , gone AS (
                    DELETE FROM %s AS q USING chosen AS c WHERE q.msg_id = c.msg_id RETURNING q.msg_id
                )
                SELECT count(*), max(g.msg_id) FROM gone AS g
                """.formatted(letters.table());
        return inChunks(
                "purge the dead letters in '" + letters + "'", letters.table(), sql, selector, connection -> {});
    }

    private long move(String from, QueueName to, Selector selector) {
        String sql = chosen(from, selector)
                + """
                , gone AS (
                    DELETE FROM %1$s AS q USING chosen AS c WHERE q.msg_id = c.msg_id
                    RETURNING q.msg_id, q.message, q.headers
                ), moved AS (
                    INSERT INTO %2$s (vt, message, headers)
                    SELECT clock_timestamp(), g.message, nullif(%3$s, '{}'::jsonb) FROM gone AS g ORDER BY g.msg_id
                )
                SELECT count(*), max(g.msg_id) FROM gone AS g
                """.formatted(from, to.table(), DeadLetterHeaders.without("g.headers", "g.headers"));
        long moved = inChunks("replay into '" + to + "'", from, sql, selector, connection -> tell(connection, to));
        if (moved > 0) {
            wakeups.of(to).announceToAll();
        }
        return moved;
    }

    private static String chosen(String table, Selector selector) {
        return "WITH chosen AS MATERIALIZED (SELECT q.msg_id FROM " + table + " AS q"
                + " WHERE q.msg_id > ?::bigint AND q.msg_id <= ?::bigint" + selector.sql()
                + " ORDER BY q.msg_id LIMIT " + CHUNK + " FOR UPDATE)";
    }

    private long inChunks(String what, String table, String sql, Selector selector, AfterChunk after) {
        long last = operations.run(what, connection -> lastId(connection, table));
        long total = 0;
        Chunk chunk = new Chunk(CHUNK, Long.MIN_VALUE);
        while (chunk.count() == CHUNK) {
            long from = chunk.lastId();
            chunk = operations.run(what, connection -> {
                Chunk done = run(connection, sql, selector, from, last);
                if (done.count() > 0) {
                    after.run(connection);
                }
                return done;
            });
            total += chunk.count();
        }
        return total;
    }

    private static long lastId(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT coalesce(max(q.msg_id), 0) FROM " + table + " AS q");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private static Chunk run(Connection connection, String sql, Selector selector, long from, long last)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, from);
            statement.setLong(2, last);
            selector.bind(connection, statement, 3);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Chunk(row.getInt(1), row.getLong(2));
            }
        }
    }

    private static void tell(Connection connection, QueueName queue) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT pg_notify(?::text, '')")) {
            statement.setString(1, queue.channel());
            statement.execute();
        }
    }

    /** What one statement did. */
    private record Chunk(int count, long lastId) {}

    /** Do something in the transaction of a chunk. */
    @FunctionalInterface
    private interface AfterChunk {
        void run(Connection connection) throws SQLException;
    }
}
