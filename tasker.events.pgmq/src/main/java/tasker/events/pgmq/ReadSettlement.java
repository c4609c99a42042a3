package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tasker.events.api.spi.ConsumerOptions;

/**
 * Settle what was read, with statements of our own: PGMQ's {@code delete}, {@code archive} and {@code set_vt} check no
 * ownership, while each of these names the read that it belongs to ({@link Fence}), so that a consumer whose visibility
 * ran out touches nothing that another one holds. Immutable.
 */
final class ReadSettlement {
    private final QueueName queue;
    private final boolean ordered;
    private final String acknowledge;
    private final String acknowledgeAlike;
    private final String extend;
    private final String release;

    ReadSettlement(QueueName queue, ConsumerOptions options, Capabilities capabilities) {
        this.queue = queue;
        ordered = options.ordered();
        String from = "DELETE FROM " + queue.table() + " AS q";
        String fenced = " USING unnest(?::bigint[], ?::integer[]) AS f (msg_id, read_ct)"
                + " WHERE q.msg_id = f.msg_id AND q.read_ct = f.read_ct";
        // Most events are read once: with one count for all, the ids alone lead to the rows.
        String alike = " WHERE q.msg_id = ANY (?::bigint[]) AND q.read_ct = ?::integer";
        acknowledge = ending(from + fenced + " RETURNING q.msg_id", options, capabilities);
        acknowledgeAlike = ending(from + alike + " RETURNING q.msg_id", options, capabilities);
        // In order, a hold that ran out is gone: the group may have gone on with another message.
        extend = "UPDATE " + queue.table() + " AS q"
                + " SET vt = clock_timestamp() + make_interval(secs => ?::double precision)"
                + " FROM unnest(?::bigint[], ?::integer[]) AS f (msg_id, read_ct)"
                + " WHERE q.msg_id = f.msg_id AND q.read_ct = f.read_ct"
                + (ordered ? " AND q.vt > clock_timestamp()" : "")
                + " RETURNING q.msg_id";
        release = "UPDATE " + queue.table() + " AS q"
                + " SET vt = clock_timestamp() + make_interval(secs => ?::double precision)"
                + " WHERE q.msg_id = ?::bigint AND q.read_ct = ?::integer";
    }

    private String ending(String delete, ConsumerOptions options, Capabilities capabilities) {
        if (options.onSuccess() == ConsumerOptions.OnSuccess.DELETE) {
            return delete;
        }
        boolean lastRead = capabilities.queueHasLastReadAt() && capabilities.archiveHasLastReadAt();
        String columns = "read_ct, enqueued_at, vt, message, headers" + (lastRead ? ", last_read_at" : "");
        String returned = "q." + columns.replace(", ", ", q.");
        return "WITH gone AS (" + delete + ", " + returned + "), kept AS (INSERT INTO " + queue.archive() + " (msg_id, "
                + columns + ") SELECT g.msg_id, g." + columns.replace(", ", ", g.") + " FROM gone AS g)"
                + " SELECT g.msg_id FROM gone AS g";
    }

    /** The statement that deletes or archives messages and tells their ids. */
    String statement(boolean alike) {
        return alike ? acknowledgeAlike : acknowledge;
    }

    /** Whether all were read equally often. */
    static boolean areAlike(List<Fence> fences) {
        int count = fences.getFirst().readCount();
        return fences.stream().allMatch(fence -> fence.readCount() == count);
    }

    /** Set the first two parameters of the {@link #statement}. */
    static void bind(Connection connection, PreparedStatement statement, List<Fence> fences, boolean alike)
            throws SQLException {
        if (alike) {
            statement.setArray(1, Fence.ids(connection, fences));
            statement.setInt(2, fences.getFirst().readCount());
        } else {
            Fence.bind(connection, statement, 1, fences);
        }
    }

    /** Delete or archive messages, and tell the ids of those that were still the reader's. */
    Set<Long> acknowledge(Connection connection, List<Fence> fences) throws SQLException {
        boolean alike = areAlike(fences);
        try (PreparedStatement statement = connection.prepareStatement(statement(alike))) {
            bind(connection, statement, fences, alike);
            return ids(statement);
        }
    }

    /** Keep messages hidden, and tell the ids of those that were still the reader's. */
    Set<Long> extend(Connection connection, List<Fence> fences, Duration visibility) throws SQLException {
        if (ordered) {
            OrderLock.take(connection, queue);
        }
        try (PreparedStatement statement = connection.prepareStatement(extend)) {
            statement.setDouble(1, Math.max(1, visibility.toMillis()) / 1_000.0);
            Fence.bind(connection, statement, 2, fences);
            return ids(statement);
        }
    }

    /** Give a message back, and tell whether it was still the reader's. */
    boolean release(Connection connection, Fence fence, Duration delay) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(release)) {
            statement.setDouble(1, Math.max(0, delay.toMillis()) / 1_000.0);
            statement.setLong(2, fence.messageId());
            statement.setInt(3, fence.readCount());
            return statement.executeUpdate() == 1;
        }
    }

    private static Set<Long> ids(PreparedStatement statement) throws SQLException {
        Set<Long> ids = new HashSet<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                ids.add(row.getLong(1));
            }
        }
        return ids;
    }
}
