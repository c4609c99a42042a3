package tasker.benchmarks.durable;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import tasker.nativecore.WorkerSystem;

/** Run PostgreSQL with its default durability, and one queue of events in it. */
final class ConsumeServer implements AutoCloseable {
    static final String QUEUE = "bench_domain_events";
    private static final String MESSAGE = """
            jsonb_build_object('event_id', '01990000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'),
                'event_type', 'order.created', 'payload', jsonb_build_object('order', 4711, 'customer', 'customer-0815',
                'total', 129.95, 'items', 3, 'note', 'leave it at the door'),
                'timestamp', '2026-01-31T12:00:00.123456Z', 'source', 'orders-worker', 'namespace', 'bench')""";

    private final Server server;

    ConsumeServer() throws IOException {
        server = new Server();
    }

    Connection connect() throws SQLException {
        return server.connect();
    }

    /** The version and the settings that durability depends on. */
    String description() throws SQLException {
        return server.description();
    }

    /** Start a worker that has nothing but the durable path. */
    WorkerSystem worker() {
        return TaskerContender.start(server);
    }

    /** Leave exactly so many events in the queue, in a table as good as new. */
    void fill(int events) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE pgmq.q_" + QUEUE);
            statement.execute("INSERT INTO pgmq.q_" + QUEUE + " (vt, message) SELECT clock_timestamp(), " + MESSAGE
                    + " FROM generate_series(1, " + events + ") AS n");
            statement.execute("VACUUM ANALYZE pgmq.q_" + QUEUE);
            statement.execute("CHECKPOINT");
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
