package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.HealthStatus;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.EventSelection;
import tasker.events.api.spi.ReceivedEvent;

/** The rights that docs/pgmq.md lists are enough for an account that owns nothing, and no more than what it needs. */
class RightsIT {
    private static final String PUBLISHING = """
            GRANT USAGE ON SCHEMA pgmq TO %1$s;
            GRANT SELECT ON pgmq.meta TO %1$s;
            GRANT SELECT, INSERT ON pgmq.q_orders_domain_events TO %1$s;
            GRANT SELECT ON pgmq.q_orders_domain_events_dlq TO %1$s;
            """;

    private static final String CONSUMING = """
            GRANT USAGE ON SCHEMA pgmq TO %1$s;
            GRANT SELECT ON pgmq.meta TO %1$s;
            GRANT SELECT, UPDATE, DELETE ON pgmq.q_orders_domain_events TO %1$s;
            GRANT SELECT, INSERT ON pgmq.q_orders_domain_events_dlq TO %1$s;
            """;

    private final DatabaseSettings database = TestServer.newDatabase();
    private PgmqTransport transport = new PgmqTransport();

    @BeforeEach
    void makeTheQueues() throws Exception {
        transport = TestWorker.start(database, "orders");
        transport.publisher().publishAll(List.of(event(1), event(2), event(3)));
        transport.openConsumer(ConsumerOptions.defaults().inOrder()).close();
        transport.close();
    }

    @AfterEach
    void close() throws Exception {
        transport.close();
    }

    private static DomainEvent event(int number) {
        return DomainEvent.builder("order.changed", "test")
                .payload(Map.of("number", number))
                .header(ConsumerOptions.GROUP_HEADER, "key")
                .build();
    }

    private void startAs(String role, String rights) throws Exception {
        TestServer.sql(database, "CREATE ROLE " + role + " LOGIN; " + rights.formatted(role));
        transport = TestWorker.start(TestServer.as(database, role, null), "orders");
    }

    @Test
    void anAccountThatMayInsertPublishes() throws Exception {
        startAs("rights_publisher", PUBLISHING);
        try (DurableEventConsumer consumer = transport.openConsumer(ConsumerOptions.defaults())) {
            transport.publisher().publish(event(4));
            assertThat(TestServer.query(database, TransportFixture.COUNT)).containsExactly("4");
            TestWorker.healthOf(transport, HealthStatus.HEALTHY);
            assertThatThrownBy(() -> consumer.receive(1, Duration.ZERO))
                    .hasMessageStartingWith("TASKER-Q111")
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void anAccountThatMayUpdateAndDeleteConsumes() throws Exception {
        startAs("rights_consumer", CONSUMING);
        try (DurableEventConsumer consumer =
                transport.openConsumer(ConsumerOptions.defaults().inOrder())) {
            ReceivedEvent first = next(consumer);
            assertThat(consumer.extend(List.of(first), Duration.ofMinutes(1))).isEmpty();
            assertThat(consumer.release(first, Duration.ZERO)).isTrue();
            assertThat(consumer.acknowledge(List.of(next(consumer)))).isEmpty();
            TestWorker.healthOf(transport, HealthStatus.HEALTHY);
            assertThat(consumer.deadLetter(next(consumer), "no", Optional.empty()))
                    .isTrue();
            assertThat(transport.queues().deadLetters("orders_domain_events", EventSelection.all(), 10))
                    .hasSize(1);
        }
    }

    @Test
    void whoArchivesMayInsertIntoTheArchive() throws Exception {
        String more = "GRANT INSERT ON pgmq.a_orders_domain_events TO %1$s;";
        startAs("rights_archiver", CONSUMING + more);
        try (DurableEventConsumer consumer =
                transport.openConsumer(ConsumerOptions.defaults().archiving())) {
            assertThat(consumer.acknowledge(List.of(next(consumer)))).isEmpty();
            assertThat(TestServer.query(database, "SELECT count(*) FROM pgmq.a_orders_domain_events"))
                    .containsExactly("1");
        }
    }

    private static ReceivedEvent next(DurableEventConsumer consumer) throws InterruptedException {
        return consumer.receive(1, Duration.ofMinutes(1)).getFirst();
    }
}
