package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;

/**
 * Give a queue that is read in order an index by key, without which a read may look at every message. Where that cannot
 * be made, for want of a right or because the table is busy, reading in order works all the same.
 */
final class GroupIndex {
    private static final Logger LOG = LoggerFactory.getLogger(GroupIndex.class);

    private GroupIndex() {}

    /**
     * Make the index where it is missing.
     *
     * @return whether it is there
     */
    static boolean ensure(Operations operations, QueueName queue) {
        try {
            return operations.run("make the index by key of '" + queue + "'", connection -> {
                if (!exists(connection, queue)) {
                    create(connection, queue);
                }
                return exists(connection, queue);
            });
        } catch (TaskerException e) {
            LOG.warn("event=pgmq_group_index_missing queue={} reason=\"{}\"", queue, e.getMessage());
            return false;
        }
    }

    private static boolean exists(Connection connection, QueueName queue) throws SQLException {
        // One that was made concurrently, and failed, is there and of no use.
        String sql =
                "SELECT EXISTS (SELECT FROM pg_index AS i WHERE i.indexrelid = to_regclass(?::text) AND i.indisvalid)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, "pgmq." + name(queue));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static void create(Connection connection, QueueName queue) throws SQLException {
        OrderLock.take(connection, queue);
        try (Statement statement = connection.createStatement()) {
            // Writers would queue up behind this statement while it waits for its turn.
            statement.execute("SET LOCAL lock_timeout = '1s'");
            statement.execute("CREATE INDEX IF NOT EXISTS " + name(queue) + " ON " + queue.table() + " ((headers ->> '"
                    + ConsumerOptions.GROUP_HEADER + "'), msg_id)");
        }
    }

    private static String name(QueueName queue) {
        return "\"q_" + queue.text() + "_group_idx\"";
    }
}
