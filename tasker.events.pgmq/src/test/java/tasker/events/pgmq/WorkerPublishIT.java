package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.sql.Connection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.DurableEventPublisher;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.PublishOptions;
import tasker.events.api.spi.QueueAdministration;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

/** Publish through a whole worker in transactions of the caller's. */
class WorkerPublishIT {
    private DatabaseSettings database;
    private WorkerSystem worker;

    @BeforeEach
    void start() {
        database = TestServer.newDatabase();
        worker = worker(new PgmqTransport());
    }

    @AfterEach
    void close() {
        worker.close();
    }

    private WorkerSystem worker(DurableTransport transport) {
        Configuration configuration = Configuration.builder()
                .flag("database.url", database.url(), "test")
                .flag("database.user", "postgres", "test")
                .flag("worker.namespace", "orders", "test")
                .flag("worker.durable-transport", transport.name(), "test")
                .flag("worker.fast-transport", "none", "test")
                .flag("pgmq.publish-timeout-ms", "60000", "test")
                .build();
        WorkerSystem made =
                WorkerSystem.builder(configuration).service(transport).build();
        made.start();
        return made;
    }

    private static DomainEvent event(String note) {
        return DomainEvent.of("order.created", Map.of("note", note), "orders");
    }

    @Test
    void eventsInTransactionsFollowThemAndAreNotCountedAsPublished() throws Exception {
        try (Connection connection = TestServer.connect(database)) {
            connection.setAutoCommit(false);
            worker.publish(connection, event("a"));
            worker.publishAll(connection, List.of(event("b"), event("c")));
            connection.commit();
            worker.publish(connection, event("d"));
            connection.rollback();
        }
        worker.publish(event("e"), DeliveryMode.DURABLE);

        assertThat(TestServer.query(
                        database,
                        "SELECT message->'payload'->>'note' FROM pgmq.q_orders_domain_events ORDER BY msg_id"))
                .containsExactly("a", "b", "c", "e");
        assertThat(worker.metrics().domainEventsPublished()).isEqualTo(1);
    }

    @Test
    void eventsOfAnotherNamespaceCountAsPublished() {
        worker.publish(
                event("a"), DeliveryMode.DURABLE, PublishOptions.defaults().toNamespace("billing"));

        assertThat(TestServer.query(database, "SELECT message->'payload'->>'note' FROM pgmq.q_billing_domain_events"))
                .containsExactly("a");
        assertThat(worker.metrics().domainEventsPublished()).isEqualTo(1);
    }

    @Test
    @SuppressWarnings("NullAway")
    void aConnectionThatIsNoneIsNamed() {
        assertThatNullPointerException()
                .isThrownBy(() -> worker.publish((Connection) null, event("a")))
                .withMessage("connection");
        assertThatNullPointerException()
                .isThrownBy(() -> worker.publishAll((Connection) null, List.of(event("a"))))
                .withMessage("connection");
    }

    @Test
    void aWorkerThatIsClosedRefuses() throws Exception {
        worker.close();
        try (Connection connection = TestServer.connect(database)) {
            connection.setAutoCommit(false);
            assertThatExceptionOfType(TaskerException.class)
                    .isThrownBy(() -> worker.publish(connection, event("a")))
                    .returns("TASKER-W202", TaskerException::code);
        }
    }

    @Test
    void aTransportWithoutSqlSaysSo() throws Exception {
        try (WorkerSystem other = worker(new WithoutSql());
                Connection connection = TestServer.connect(database)) {
            assertThatExceptionOfType(TaskerException.class)
                    .isThrownBy(() -> other.publish(connection, event("a")))
                    .returns("TASKER-W208", TaskerException::code)
                    .withMessageContaining("'without-sql'");
        }
    }

    /** A durable transport that keeps its events elsewhere. */
    private final class WithoutSql implements DurableTransport {
        @Override
        public String name() {
            return "without-sql";
        }

        @Override
        public DurableEventPublisher publisher() {
            return worker.durable().publisher();
        }

        @Override
        public DurableEventConsumer openConsumer(ConsumerOptions options) {
            throw new AssertionError("nothing is consumed");
        }

        @Override
        public QueueAdministration queues() {
            throw new AssertionError("no queue is looked at");
        }
    }
}
