package tasker.benchmarks.durable;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.function.LongConsumer;

/** Call {@code pgmq.send()}, a transaction each, as a client of PGMQ does. */
final class SendContender implements Contender {
    private final Server server;
    private final HikariDataSource pool;

    SendContender(Server server, int connections) {
        this.server = server;
        pool = server.pool(connections);
    }

    @Override
    public String name() {
        return "pgmq.send";
    }

    @Override
    public void call(int caller, LongConsumer durable) throws Exception {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT pgmq.send(?::text, ?::jsonb)")) {
            statement.setString(1, "bench_domain_events");
            statement.setString(2, SampleEvent.nextMessage());
            statement.execute();
        }
        durable.accept(1);
    }

    @Override
    public void reset() throws Exception {
        server.execute("TRUNCATE pgmq.q_bench_domain_events");
    }

    @Override
    public void close() {
        pool.close();
    }
}
