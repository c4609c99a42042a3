package tasker.events.pgmq;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import tasker.events.api.DomainEvent;
import tasker.events.api.HealthStatus;
import tasker.events.api.spi.DatabaseSettings;

/** Run a transport in this process for each test, with short bounds, on a database of its own. */
abstract class TransportFixture {
    static final String COUNT = "SELECT count(*) FROM pgmq.q_orders_domain_events";

    DatabaseSettings database = TestServer.newDatabase();
    TestWorker worker = new TestWorker(database, "orders");
    PgmqTransport transport = new PgmqTransport();

    @BeforeEach
    void start() throws Exception {
        transport = TestWorker.start(worker.with("publish-timeout-ms", "5000", "query-timeout-ms", "5000"));
    }

    @AfterEach
    void close() throws Exception {
        transport.close();
    }

    /** Start it anew with these settings too: name, value, name, value. */
    void restart(String... settings) throws Exception {
        transport.close();
        transport = TestWorker.start(worker.with(settings));
    }

    static DomainEvent event() {
        return DomainEvent.of("order.created", Map.of("id", 1), "orders");
    }

    void awaitHealth(HealthStatus status) throws Exception {
        TestWorker.healthOf(transport, status);
    }

    void cutConnections() {
        TestServer.query(
                database,
                "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND application_name LIKE 'tasker/%'");
    }
}
