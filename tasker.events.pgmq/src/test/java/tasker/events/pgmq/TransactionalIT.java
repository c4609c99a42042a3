package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import tasker.events.api.DomainEvent;
import tasker.events.api.PublishException;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.PublishOptions;
import tasker.events.api.spi.TransactionalEventPublisher;

/** An event in a caller's transaction exists if and only if the caller's data do. */
class TransactionalIT {
    private DatabaseSettings database;
    private TestWorker worker;
    private PgmqTransport transport;
    private TransactionalEventPublisher publisher;

    @BeforeEach
    void start() throws Exception {
        database = TestServer.newDatabase();
        worker = new TestWorker(database, "orders");
        transport = TestWorker.start(worker);
        publisher = transport.transactional().orElseThrow();
        TestServer.sql(database, "CREATE TABLE public.orders (id int PRIMARY KEY)");
    }

    @AfterEach
    void close() throws Exception {
        transport.close();
    }

    private static DomainEvent event(int number) {
        return DomainEvent.builder("order.created", "orders")
                .payload(Map.of("number", number))
                .header("traceparent", "00-x")
                .build();
    }

    private Connection begin() throws SQLException {
        Connection connection = TestServer.connect(database);
        connection.setAutoCommit(false);
        return connection;
    }

    private static void order(Connection connection, int id) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO public.orders VALUES (" + id + ")");
        }
    }

    private List<String> orders() {
        return TestServer.query(database, "SELECT id FROM public.orders ORDER BY id");
    }

    private List<String> events() {
        return TestServer.query(
                database, "SELECT message->'payload'->>'number' FROM pgmq.q_orders_domain_events ORDER BY msg_id");
    }

    private PublishException refusal(Connection connection, DomainEvent event, PublishOptions options) {
        try {
            publisher.publish(connection, event, options);
        } catch (PublishException e) {
            assertThat(e.mayHaveBeenWritten()).isFalse();
            return e;
        }
        throw new AssertionError("it was published");
    }

    private PublishException refusal(Connection connection) {
        return refusal(connection, event(1), PublishOptions.defaults());
    }

    @Test
    void anEventIsThereIfAndOnlyIfTheCallersDataAre() throws Exception {
        try (Connection connection = begin()) {
            order(connection, 1);
            publisher.publish(connection, event(1));
            assertThat(events()).as("before the commit").isEmpty();
            connection.commit();

            order(connection, 2);
            publisher.publish(connection, event(2));
            connection.rollback();
        }
        assertThat(orders()).containsExactly("1");
        assertThat(events()).containsExactly("1");
        assertThat(TestServer.query(database, "SELECT headers->>'traceparent' FROM pgmq.q_orders_domain_events"))
                .containsExactly("00-x");
        assertThat(worker.counted("tasker_pgmq_transactional_total")).isEqualTo(2);
        assertThat(worker.counted("tasker_pgmq_published_total")).isZero();
    }

    @Test
    void severalEventsKeepTheirOrderAmongThemselves() throws Exception {
        try (Connection connection = begin()) {
            publisher.publishAll(connection, List.of(event(1), event(2), event(3)));
            publisher.publishAll(connection, List.of());
            publisher.publish(connection, event(4));
            connection.commit();
        }
        assertThat(events()).containsExactly("1", "2", "3", "4");
    }

    @Test
    void manyCallersAtATimeLoseNothingAndLeaveNothing() throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calls = new ArrayList<>();
            for (int caller = 0; caller < 8; caller++) {
                int first = caller * 25;
                calls.add(callers.submit(() -> {
                    try (Connection connection = begin()) {
                        for (int id = first; id < first + 25; id++) {
                            order(connection, id);
                            publisher.publish(connection, event(id));
                            if (id % 3 == 0) {
                                connection.rollback();
                            } else {
                                connection.commit();
                            }
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> call : calls) {
                call.get(60, TimeUnit.SECONDS);
            }
        }
        assertThat(events()).containsExactlyInAnyOrderElementsOf(orders()).hasSize(133);
    }

    @Test
    void connectionsOfAPoolServe() throws Exception {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setUsername("postgres");
        config.setAutoCommit(false);
        try (HikariDataSource pool = new HikariDataSource(config);
                Connection connection = pool.getConnection()) {
            publisher.publishAll(connection, List.of(event(1), event(2)));
            connection.commit();
        }
        assertThat(events()).containsExactly("1", "2");
    }

    @Test
    void aQueueOfAnotherNamespaceIsMadeAtOnceAndTheEventWaitsForTheCommit() throws Exception {
        PublishOptions options =
                PublishOptions.defaults().toNamespace("billing").after(Duration.ofHours(1));
        try (Connection connection = begin()) {
            publisher.publish(connection, event(1), options);
            assertThat(TestServer.query(database, "SELECT count(*) FROM pgmq.q_billing_domain_events"))
                    .containsExactly("0");
            connection.commit();
        }
        assertThat(TestServer.query(
                        database, "SELECT message->>'namespace' FROM pgmq.q_billing_domain_events WHERE vt > now()"))
                .containsExactly("billing");
    }

    @Test
    void listenersAreWokenByTheCommitAndNotBefore() throws Exception {
        try (Connection listening = TestServer.connect(database);
                Statement statement = listening.createStatement();
                Connection connection = begin()) {
            statement.execute("LISTEN \"pgmq.q_orders_domain_events.INSERT\"");
            publisher.publish(connection, event(1));
            statement.execute("NOTIFY \"pgmq.q_orders_domain_events.INSERT\", 'before'");
            assertThat(parameters(listening)).containsExactly("before");
            connection.commit();
            assertThat(parameters(listening)).containsExactly("");
        }
    }

    private static List<String> parameters(Connection listening) throws SQLException {
        List<String> parameters = new ArrayList<>();
        for (PGNotification notification : listening.unwrap(PGConnection.class).getNotifications(60_000)) {
            parameters.add(notification.getParameter());
        }
        return parameters;
    }

    @Test
    void autocommitIsRefused() throws Exception {
        try (Connection connection = TestServer.connect(database)) {
            assertThat(refusal(connection))
                    .returns("TASKER-Q131", PublishException::code)
                    .hasMessageContaining("setAutoCommit(false)");
        }
        assertThat(events()).isEmpty();
    }

    @Test
    void aClosedConnectionIsRefused() throws Exception {
        Connection connection = begin();
        connection.close();

        assertThat(refusal(connection)).returns("TASKER-Q132", PublishException::code);
    }

    @Test
    void aReadOnlyTransactionIsRefused() throws Exception {
        try (Connection connection = begin()) {
            connection.setReadOnly(true);

            assertThat(refusal(connection))
                    .returns("TASKER-Q132", PublishException::code)
                    .hasMessageContaining("25006");
        }
    }

    @Test
    void anAbortedTransactionIsRefusedAndStaysTheCallersToRollBack() throws Exception {
        try (Connection connection = begin()) {
            order(connection, 1);
            publisher.publish(connection, event(1));
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> order(connection, 1));

            assertThat(refusal(connection))
                    .returns("TASKER-Q132", PublishException::code)
                    .hasMessageContaining("25P02");
            connection.rollback();
            publisher.publish(connection, event(2));
            connection.commit();
        }
        assertThat(events()).containsExactly("2");
    }

    @Test
    void aConnectionToADatabaseWithoutTheQueueIsRefused() throws Exception {
        try (Connection connection = TestServer.connect(TestServer.newDatabase())) {
            connection.setAutoCommit(false);

            assertThat(refusal(connection))
                    .returns("TASKER-Q133", PublishException::code)
                    .hasMessageContaining("orders_domain_events")
                    .hasMessageContaining("database.url");
        }
    }

    @Test
    void anEventThatTheDatabaseRefusesTakesTheTransactionWithIt() throws Exception {
        TestServer.sql(
                database, "ALTER TABLE pgmq.q_orders_domain_events ADD CHECK (message->'payload'->>'number' <> '13')");
        try (Connection connection = begin()) {
            order(connection, 1);
            assertThat(refusal(connection, event(13), PublishOptions.defaults()))
                    .returns("TASKER-Q103", PublishException::code);
            connection.rollback();
        }
        assertThat(orders()).isEmpty();
        assertThat(worker.counted("tasker_pgmq_publish_failed_total{outcome=not_written}"))
                .isEqualTo(1);
    }

    @Test
    void aQueueThatWasDroppedIsMadeAgainForTheNextTransaction() throws Exception {
        try (Connection connection = begin()) {
            publisher.publish(connection, event(1));
            connection.commit();
            TestServer.sql(database, "SELECT pgmq.drop_queue('orders_domain_events')");

            assertThat(refusal(connection)).returns("TASKER-Q133", PublishException::code);
            connection.rollback();
            publisher.publish(connection, event(2));
            connection.commit();
        }
        assertThat(events()).containsExactly("2");
    }

    @Test
    void afterTheCloseItSaysSo() throws Exception {
        transport.close();
        try (Connection connection = begin()) {
            assertThat(refusal(connection)).returns("TASKER-Q106", PublishException::code);
        }
    }
}
