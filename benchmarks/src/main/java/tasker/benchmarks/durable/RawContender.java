package tasker.benchmarks.durable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** Write to the same table without any library, in batches, one connection a caller: what PostgreSQL can take. */
final class RawContender implements Contender {
    /** How the rows get there. */
    enum Way {
        COPY,
        COPY_ENCODED_BEFORE,
        MULTI_ROW_INSERT
    }

    private static final int BATCH = 1_000;
    private static final int ROWS_OF_AN_INSERT = 100;

    private final Server server;
    private final Way way;
    private final List<Connection> connections = new ArrayList<>();
    private final byte[] prepared;

    RawContender(Server server, Way way, int callers) throws SQLException {
        this.server = server;
        this.way = way;
        for (int i = 0; i < callers; i++) {
            Connection connection = server.connect();
            connection.setAutoCommit(false);
            connections.add(connection);
        }
        prepared = rows();
    }

    private static byte[] rows() {
        ByteArrayOutputStream rows = new ByteArrayOutputStream(BATCH * 400);
        for (int i = 0; i < BATCH; i++) {
            rows.writeBytes("2026-01-01 00:00:00+00\t".getBytes(StandardCharsets.UTF_8));
            rows.writeBytes(SampleEvent.nextMessage().replace("\\", "\\\\").getBytes(StandardCharsets.UTF_8));
            rows.write('\n');
        }
        return rows.toByteArray();
    }

    @Override
    public String name() {
        return switch (way) {
            case COPY -> "COPY of " + BATCH + ", a commit each";
            case COPY_ENCODED_BEFORE -> "COPY of " + BATCH + ", encoded beforehand";
            case MULTI_ROW_INSERT -> "INSERT of " + ROWS_OF_AN_INSERT + " rows, " + BATCH + " a commit";
        };
    }

    @Override
    public void call(int caller, LongConsumer durable) throws Exception {
        Connection connection = connections.get(caller);
        if (way == Way.MULTI_ROW_INSERT) {
            insert(connection);
        } else {
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            long operation = copy.copyIn(
                    "COPY pgmq.q_bench_domain_events (vt, message) FROM STDIN",
                    new ByteArrayInputStream(way == Way.COPY ? rows() : prepared));
            if (operation != BATCH) {
                throw new IllegalStateException("copied " + operation);
            }
        }
        connection.commit();
        durable.accept(BATCH);
    }

    private static void insert(Connection connection) throws SQLException {
        StringBuilder sql = new StringBuilder("INSERT INTO pgmq.q_bench_domain_events (vt, message) VALUES ");
        for (int i = 0; i < ROWS_OF_AN_INSERT; i++) {
            sql.append(i == 0 ? "" : ", ").append("(clock_timestamp(), ?::jsonb)");
        }
        try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
            for (int i = 0; i < BATCH; i += ROWS_OF_AN_INSERT) {
                for (int row = 1; row <= ROWS_OF_AN_INSERT; row++) {
                    statement.setString(row, SampleEvent.nextMessage());
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    @Override
    public void reset() throws Exception {
        server.execute("TRUNCATE pgmq.q_bench_domain_events");
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : connections) {
            connection.close();
        }
    }
}
