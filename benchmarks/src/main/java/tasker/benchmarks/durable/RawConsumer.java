package tasker.benchmarks.durable;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Read and delete as a program would that knows PGMQ's functions only, each call a transaction of its own. */
final class RawConsumer implements AutoCloseable {
    private static final int VISIBLE_SECONDS = 30;

    private final Connection connection;
    private final PreparedStatement read;
    private final PreparedStatement delete;

    RawConsumer(ConsumeServer server) throws SQLException {
        connection = server.connect();
        read = connection.prepareStatement("SELECT msg_id, message::text, headers::text FROM pgmq.read('"
                + ConsumeServer.QUEUE + "', " + VISIBLE_SECONDS + ", ?::integer)");
        delete = connection.prepareStatement("SELECT * FROM pgmq.delete('" + ConsumeServer.QUEUE + "', ?::bigint[])");
    }

    /** Read up to so many, hand each message to the consumer, and delete them; tells how many there were. */
    int readAndDelete(int most, Consumer<String> consumer) throws SQLException {
        List<Long> ids = new ArrayList<>();
        read.setInt(1, most);
        try (ResultSet rows = read.executeQuery()) {
            while (rows.next()) {
                ids.add(rows.getLong(1));
                consumer.accept(rows.getString(2));
            }
        }
        if (!ids.isEmpty()) {
            Array array = connection.createArrayOf("bigint", ids.toArray());
            delete.setArray(1, array);
            delete.executeQuery().close();
        }
        return ids.size();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
