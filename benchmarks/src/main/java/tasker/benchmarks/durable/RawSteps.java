package tasker.benchmarks.durable;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Read steps and delete them with PGMQ's functions only, and on demand write a result for each; run none of them. */
final class RawSteps implements AutoCloseable {
    private static final int VISIBLE_SECONDS = 30;

    /** As long as ours. */
    private static final String RESULT = """
            {"step_id": "01990000-0000-7000-8000-000000000001", "handler": "empty", "attempt": 1, \
            "correlation_id": "01990000-0000-7000-8000-000000000001", "execution_time_ms": 0.0012, \
            "ended_at": "2026-01-31T12:00:00.123456Z", "status": "success", "output": {}, "worker_id": "worker-1"}""";

    private final Connection connection;
    private final boolean results;
    private final PreparedStatement read;
    private final PreparedStatement delete;
    private final PreparedStatement insert;

    RawSteps(Server server, boolean results) throws SQLException {
        this.results = results;
        connection = server.connect();
        connection.setAutoCommit(!results);
        read = connection.prepareStatement("SELECT msg_id, message::text, headers::text FROM pgmq.read('"
                + StepQueueRates.STEPS + "', " + VISIBLE_SECONDS + ", ?::integer)");
        delete = connection.prepareStatement("SELECT * FROM pgmq.delete('" + StepQueueRates.STEPS + "', ?::bigint[])");
        insert = connection.prepareStatement("INSERT INTO pgmq.q_" + StepQueueRates.RESULTS
                + " (vt, message) SELECT clock_timestamp(), item.message::jsonb FROM unnest(?::text[])"
                + " AS item (message)");
    }

    /** Read up to so many in one transaction, and delete them in a second one; tells how many there were. */
    int readAndDelete(int most) throws SQLException {
        List<Long> ids = new ArrayList<>();
        read.setInt(1, most);
        try (ResultSet rows = read.executeQuery()) {
            while (rows.next()) {
                ids.add(rows.getLong(1));
                if (rows.getString(2).isEmpty()) {
                    throw new IllegalStateException("an empty step");
                }
            }
        }
        if (results) {
            connection.commit();
        }
        if (!ids.isEmpty()) {
            Array array = connection.createArrayOf("bigint", ids.toArray());
            delete.setArray(1, array);
            delete.executeQuery().close();
            if (results) {
                writeResults(ids.size());
                connection.commit();
            }
        }
        return ids.size();
    }

    private void writeResults(int count) throws SQLException {
        String[] texts = new String[count];
        Arrays.fill(texts, RESULT);
        insert.setArray(1, connection.createArrayOf("text", texts));
        insert.executeUpdate();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
