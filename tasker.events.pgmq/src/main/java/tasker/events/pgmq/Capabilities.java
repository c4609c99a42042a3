package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Know what the tables of a queue can hold: PGMQ has {@code last_read_at} since 1.10 only, and databases that were
 * upgraded have it in another place than new ones.
 *
 * @param queueHasLastReadAt whether the queue's table has that column
 * @param archiveHasLastReadAt whether the archive's table has it
 */
record Capabilities(boolean queueHasLastReadAt, boolean archiveHasLastReadAt) {
    private static final String SQL = """
            SELECT EXISTS (SELECT FROM pg_attribute AS a
                           WHERE a.attrelid = to_regclass(?::text) AND a.attname = 'last_read_at' AND NOT a.attisdropped),
                   EXISTS (SELECT FROM pg_attribute AS a
                           WHERE a.attrelid = to_regclass(?::text) AND a.attname = 'last_read_at' AND NOT a.attisdropped)
            """;

    static Capabilities of(Connection connection, QueueName queue) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SQL)) {
            statement.setString(1, queue.table());
            statement.setString(2, queue.archive());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Capabilities(row.getBoolean(1), row.getBoolean(2));
            }
        }
    }
}
