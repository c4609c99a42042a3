package tasker.events.pgmq;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import tasker.events.api.DomainEvent;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;

/** Run a transport in this process for each test, on a database of its own. */
abstract class EventsFixture {
    static final Duration NO_WAIT = Duration.ZERO;
    static final Duration LONG_WAIT = Duration.ofSeconds(45);

    DatabaseSettings database = TestServer.settings("postgres");
    TestWorker worker = new TestWorker(database, "Orders");
    PgmqTransport transport = new PgmqTransport();

    @BeforeEach
    void start() throws Exception {
        database = TestServer.newDatabase();
        worker = new TestWorker(database, "Orders");
        transport = TestWorker.start(worker);
    }

    @AfterEach
    void close() throws Exception {
        transport.close();
    }

    DurableEventConsumer consumer(int visibilitySeconds, int maxReads) {
        return transport.openConsumer(ConsumerOptions.defaults()
                .withVisibilityTimeout(Duration.ofSeconds(visibilitySeconds))
                .withMaxReads(maxReads));
    }

    DurableEventConsumer deadLetters() {
        return transport.openConsumer(
                ConsumerOptions.defaults().withQueue("orders_domain_events_dlq").withMaxReads(100));
    }

    static DomainEvent event(int number) {
        return DomainEvent.of("order.created", Map.of("number", number), "orders");
    }

    static List<Integer> numbers(List<ReceivedEvent> events) {
        return events.stream()
                .map(received -> (Integer) received.event().payload().get("number"))
                .toList();
    }

    void makeVisible() {
        TestServer.sql(database, "UPDATE pgmq.q_orders_domain_events SET vt = now()");
    }
}
