package tasker.events.pgmq;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Write messages to one queue with one statement on a given connection, in its transaction.
 *
 * <p>Inserts by column names into the queue's table, as PGMQ's own {@code send} does inside: that serves every version
 * of PGMQ, whatever the order of its columns, and saves the function's dynamic SQL. Immutable.
 */
final class EventWriter {
    private final String one;
    private final String many;

    EventWriter(QueueName queue) {
        one = "INSERT INTO " + queue.table() + " (vt, message, headers) VALUES (clock_timestamp(), ?::jsonb, ?::jsonb)";
        // Sent as text and cast by the server, which is faster than an array of jsonb.
        many = "INSERT INTO " + queue.table() + " (vt, message, headers)"
                + " SELECT clock_timestamp(), item.message::jsonb, item.headers::jsonb"
                + " FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS item (message, headers, position)"
                + " ORDER BY item.position";
    }

    /** Write all of the messages and return how many; when this throws, the transaction can only be rolled back. */
    int write(Connection connection, List<EventMessage> messages) throws SQLException {
        return messages.size() == 1 ? writeOne(connection, messages.getFirst()) : writeMany(connection, messages);
    }

    private int writeOne(Connection connection, EventMessage message) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(one)) {
            statement.setString(1, message.message());
            statement.setString(2, message.headers());
            return statement.executeUpdate();
        }
    }

    private int writeMany(Connection connection, List<EventMessage> messages) throws SQLException {
        @Nullable String[] bodies = new String[messages.size()];
        @Nullable String[] headers = new String[messages.size()];
        for (int i = 0; i < bodies.length; i++) {
            bodies[i] = messages.get(i).message();
            headers[i] = messages.get(i).headers();
        }
        try (PreparedStatement statement = connection.prepareStatement(many)) {
            Array bodyArray = connection.createArrayOf("text", bodies);
            Array headerArray = connection.createArrayOf("text", headers);
            statement.setArray(1, bodyArray);
            statement.setArray(2, headerArray);
            return statement.executeUpdate();
        }
    }
}
