package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Write messages on a given connection, in its transaction, with one statement for each queue.
 *
 * <p>Inserts by column names into the queue's table, as PGMQ's own {@code send} does inside: that serves every version
 * of PGMQ, whatever the order of its columns, and saves the function's dynamic SQL. Uses {@code java.sql} alone, so
 * that the connection may be of any pool. Safe for use by many threads.
 */
final class EventWriter {
    private final boolean notifying;
    private final Map<QueueName, Statements> statements = new ConcurrentHashMap<>();

    /**
     * Make a writer.
     *
     * @param notifying whether each statement wakes those who listen to its queue, at the transaction's commit
     */
    EventWriter(boolean notifying) {
        this.notifying = notifying;
    }

    /** The statements of one queue. */
    private record Statements(String one, String many, String manyDelayed) {
        static Statements of(QueueName queue, boolean notifying) {
            String insert = "INSERT INTO " + queue.table() + " (vt, message, headers)";
            String condition = condition(queue, notifying);
            // Sent as text and cast by the server, which is faster than an array of jsonb. PostgreSQL documents that
            // unnest reads an array in its order, and so no sort is needed.
            return new Statements(
                    insert + " SELECT clock_timestamp() + ?::bigint * interval '1 millisecond', ?::jsonb, ?::jsonb"
                            + condition,
                    insert + " SELECT clock_timestamp(), item.message::jsonb, item.headers::jsonb"
                            + " FROM unnest(?::text[], ?::text[]) AS item (message, headers)" + condition,
                    insert + " SELECT clock_timestamp() + item.delay * interval '1 millisecond',"
                            + " item.message::jsonb, item.headers::jsonb"
                            + " FROM unnest(?::text[], ?::text[], ?::bigint[]) AS item (message, headers, delay)"
                            + condition);
        }

        static String condition(QueueName queue, boolean notifying) {
            return notifying ? " WHERE " + notification(queue) : "";
        }

        /**
         * A condition that is always true, is evaluated once a statement, and notifies where the queue's own trigger
         * does not.
         */
        private static String notification(QueueName queue) {
            return "(SELECT CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = '"
                    + queue.table() + "'::pg_catalog.regclass AND t.tgenabled <> 'D'"
                    + " AND t.tgname = 'trigger_notify_queue_insert_listeners') THEN true"
                    + " ELSE pg_catalog.pg_notify('pgmq.q_" + queue + ".INSERT', '') IS NOT NULL END)";
        }
    }

    /** What follows the source of a statement that inserts into this queue, so that it wakes those who listen. */
    String condition(QueueName queue) {
        return Statements.condition(queue, notifying);
    }

    /** Write all of it; when this throws, the transaction can only be rolled back. */
    void write(Connection connection, List<Outgoing> group) throws SQLException {
        if (group.size() == 1 || isForOneQueue(group)) {
            writeToQueue(connection, group.getFirst().queue(), group);
            return;
        }
        Map<QueueName, List<Outgoing>> byQueue = new LinkedHashMap<>();
        for (Outgoing outgoing : group) {
            byQueue.computeIfAbsent(outgoing.queue(), queue -> new ArrayList<>())
                    .add(outgoing);
        }
        for (Map.Entry<QueueName, List<Outgoing>> entry : byQueue.entrySet()) {
            writeToQueue(connection, entry.getKey(), entry.getValue());
        }
    }

    /** Whether a group is written by one statement. */
    static boolean isForOneQueue(List<Outgoing> group) {
        QueueName first = group.getFirst().queue();
        for (Outgoing outgoing : group) {
            if (!outgoing.queue().equals(first)) {
                return false;
            }
        }
        return true;
    }

    private void writeToQueue(Connection connection, QueueName queue, List<Outgoing> group) throws SQLException {
        Statements sql = statements.computeIfAbsent(queue, name -> Statements.of(name, notifying));
        int count = 0;
        boolean delayed = false;
        for (Outgoing outgoing : group) {
            count += outgoing.size();
            delayed |= outgoing.delayMillis() > 0;
        }
        if (count == 1) {
            writeOne(connection, sql.one(), group.getFirst());
        } else {
            writeMany(connection, delayed ? sql.manyDelayed() : sql.many(), delayed, group, count);
        }
    }

    private static void writeOne(Connection connection, String sql, Outgoing outgoing) throws SQLException {
        EventMessage message = outgoing.messages().getFirst();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, outgoing.delayMillis());
            statement.setString(2, message.message());
            statement.setString(3, message.headers());
            statement.executeUpdate();
        }
    }

    private static void writeMany(Connection connection, String sql, boolean delayed, List<Outgoing> group, int count)
            throws SQLException {
        @Nullable String[] bodies = new String[count];
        @Nullable String[] headers = new String[count];
        Long[] delays = new Long[delayed ? count : 0];
        int i = 0;
        for (Outgoing outgoing : group) {
            for (EventMessage message : outgoing.messages()) {
                bodies[i] = message.message();
                headers[i] = message.headers();
                if (delayed) {
                    delays[i] = outgoing.delayMillis();
                }
                i++;
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("text", bodies));
            statement.setArray(2, connection.createArrayOf("text", headers));
            if (delayed) {
                statement.setArray(3, connection.createArrayOf("bigint", delays));
            }
            statement.executeUpdate();
        }
    }
}
