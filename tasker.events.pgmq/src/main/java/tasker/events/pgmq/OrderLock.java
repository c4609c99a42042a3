package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Let those take turns who take or prolong the hold on messages of an ordered queue, over all workers.
 *
 * <p>A worker that is frozen between its statement and its commit must not keep all others out: the server ends its
 * transaction.
 */
final class OrderLock {
    /** Takes the lock until the end of the transaction; its one parameter is the queue. */
    static final String STATEMENT = "SELECT pg_advisory_xact_lock(hashtext('tasker.ordered'), hashtext(?::text)),"
            + " set_config('idle_in_transaction_session_timeout', '5000', true)";

    private OrderLock() {}

    /** Take the lock until the end of the connection's transaction. */
    static void take(Connection connection, QueueName queue) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(STATEMENT)) {
            statement.setString(1, queue.text());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
            }
        }
    }
}
