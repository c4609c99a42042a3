package tasker.events.pgmq;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import tasker.events.api.spi.ReceivedEvent;
import tasker.events.api.spi.ReceivedStep;

/**
 * Name one read of one message: as long as its count of reads is the same, nobody else has read the message since.
 *
 * @param messageId PGMQ's {@code msg_id}
 * @param readCount PGMQ's {@code read_ct} as this read left it
 */
record Fence(long messageId, int readCount) {
    static Fence of(ReceivedEvent event) {
        return new Fence(Long.parseLong(event.messageId()), event.readCount());
    }

    static Fence of(ReceivedStep step) {
        return new Fence(Long.parseLong(step.messageId()), step.readCount());
    }

    /** The message ids of these as an array of the database. */
    static Array ids(Connection connection, List<Fence> fences) throws SQLException {
        return connection.createArrayOf(
                "bigint", fences.stream().map(Fence::messageId).toArray());
    }

    /** Set two parameters from here on: the array of message ids and the array of their counts. */
    static void bind(Connection connection, PreparedStatement statement, int index, List<Fence> fences)
            throws SQLException {
        statement.setArray(index, ids(connection, fences));
        statement.setArray(
                index + 1,
                connection.createArrayOf(
                        "integer", fences.stream().map(Fence::readCount).toArray()));
    }
}
