package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;

/** Events of one key come one after the other, whoever reads them. */
class OrderedIT {
    private static final ConsumerOptions ORDERED =
            ConsumerOptions.defaults().withMaxReads(1_000).inOrder();

    private DatabaseSettings database;
    private PgmqTransport transport;

    @BeforeEach
    void start() throws Exception {
        database = TestServer.newDatabase();
        transport = TestWorker.start(database, "orders");
    }

    @AfterEach
    void close() throws Exception {
        transport.close();
    }

    private static DomainEvent event(String key, int number) {
        DomainEvent.Builder event =
                DomainEvent.builder("order.changed", "test").payload(Map.of("key", key, "number", number));
        return key.isEmpty()
                ? event.build()
                : event.header(ConsumerOptions.GROUP_HEADER, key).build();
    }

    private static List<String> names(List<ReceivedEvent> events) {
        return events.stream().map(OrderedIT::name).toList();
    }

    private static String name(ReceivedEvent received) {
        Map<String, ?> payload = received.event().payload();
        return payload.get("key") + "" + payload.get("number");
    }

    @Test
    void theNextOfAKeyComesWhenTheOneBeforeIsDone() throws Exception {
        transport
                .publisher()
                .publishAll(List.of(event("a", 1), event("a", 2), event("b", 1), event("", 1), event("", 2)));
        try (DurableEventConsumer one = transport.openConsumer(ORDERED);
                DurableEventConsumer two = transport.openConsumer(ORDERED)) {
            List<ReceivedEvent> first = one.receive(10, Duration.ZERO);
            assertThat(names(first)).containsExactly("a1", "b1", "1", "2");
            assertThat(two.receive(10, Duration.ZERO)).as("a2 waits for a1").isEmpty();

            one.release(first.getFirst(), Duration.ofHours(1));
            assertThat(two.receive(10, Duration.ZERO))
                    .as("a1 waits for its retry, and a2 for a1")
                    .isEmpty();
            one.release(first.getFirst(), Duration.ZERO);
            List<ReceivedEvent> again = two.receive(10, Duration.ZERO);
            assertThat(names(again)).containsExactly("a1");
            two.acknowledge(again);
            assertThat(names(two.receive(10, Duration.ZERO))).containsExactly("a2");
        }
    }

    @Test
    void aDeadLetterLetsItsKeyGoOn() throws Exception {
        transport.publisher().publishAll(List.of(event("a", 1), event("a", 2)));
        try (DurableEventConsumer consumer = transport.openConsumer(ORDERED)) {
            consumer.deadLetter(consumer.receive(10, Duration.ZERO).getFirst(), "no", java.util.Optional.empty());
            assertThat(names(consumer.receive(10, Duration.ZERO))).containsExactly("a2");
        }
    }

    @Test
    void anEventThatWasWrittenLateWaitsForTheOneThatWasReadBeforeIt() throws Exception {
        try (Connection late = TestServer.connect(database);
                Statement statement = late.createStatement();
                DurableEventConsumer one = transport.openConsumer(ORDERED);
                DurableEventConsumer two = transport.openConsumer(ORDERED)) {
            late.setAutoCommit(false);
            statement.execute("SELECT pgmq.send('orders_domain_events', '"
                    + EventMessage.of(event("a", 1), "orders").message()
                    + "'::jsonb, '{\"x-pgmq-group\": \"a\"}'::jsonb)");
            transport.publisher().publishAll(List.of(event("a", 2), event("a", 3)));
            List<ReceivedEvent> first = one.receive(10, Duration.ZERO);
            assertThat(names(first)).containsExactly("a2");

            late.commit();

            assertThat(two.receive(10, Duration.ZERO)).as("a2 is in flight").isEmpty();
            one.acknowledge(first);
            assertThat(names(two.receive(10, Duration.ZERO))).containsExactly("a1");
        }
    }

    @Test
    void anHoldThatRanOutCannotBeExtended() throws Exception {
        transport.publisher().publish(event("a", 1));
        try (DurableEventConsumer consumer = transport.openConsumer(ORDERED)) {
            List<ReceivedEvent> held = consumer.receive(1, Duration.ZERO);
            assertThat(consumer.extend(held, Duration.ofMinutes(1))).isEmpty();
            TestServer.sql(database, "UPDATE pgmq.q_orders_domain_events SET vt = now()");
            assertThat(consumer.extend(held, Duration.ofMinutes(1))).isEqualTo(held);
        }
    }

    /**
     * Several consumers of several workers, and events that are given back at random: at no moment are two events of
     * one key held, and each key's events are done in their order, each once.
     */
    @Test
    void noTwoEventsOfAKeyAreEverInFlight() throws Exception {
        int keys = 7;
        int each = 40;
        PgmqTransport other = TestWorker.start(database, "orders");
        Map<String, AtomicInteger> held = new ConcurrentHashMap<>();
        Map<String, List<Integer>> done = new ConcurrentHashMap<>();
        ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
        AtomicInteger left = new AtomicInteger(keys * each);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                PgmqTransport mine = i % 2 == 0 ? transport : other;
                Random random = new Random(i);
                running.add(threads.submit(() -> {
                    try (DurableEventConsumer consumer = mine.openConsumer(ORDERED)) {
                        while (left.get() > 0) {
                            work(consumer, random, held, done, violations, left);
                        }
                    }
                    return null;
                }));
            }
            for (int number = 0; number < each; number++) {
                for (int key = 0; key < keys; key++) {
                    (key % 2 == 0 ? transport : other).publisher().publish(event("k" + key + "-", number));
                }
            }
            for (Future<?> one : running) {
                one.get(120, TimeUnit.SECONDS);
            }
        } finally {
            other.close();
        }
        assertThat(violations).isEmpty();
        assertThat(done)
                .hasSize(keys)
                .allSatisfy((key, numbers) -> assertThat(numbers)
                        .containsExactlyElementsOf(java.util.stream.IntStream.range(0, each)
                                .boxed()
                                .toList()));
    }

    /**
     * A reader that has taken the second message of a key, and not yet committed that, while the first one appears: to
     * another reader the second one looks free, and the first one is the next.
     */
    @Test
    void readsThatDoNotSeeEachOtherTakeTurns() throws Exception {
        QueueName queue = QueueName.events("orders");
        try (Connection late = TestServer.connect(database);
                Statement statement = late.createStatement();
                Connection reading = TestServer.connect(database);
                DurableEventConsumer consumer = transport.openConsumer(ORDERED)) {
            late.setAutoCommit(false);
            statement.execute("SELECT pgmq.send('orders_domain_events', '"
                    + EventMessage.of(event("a", 1), "orders").message()
                    + "'::jsonb, '{\"x-pgmq-group\": \"a\"}'::jsonb)");
            transport.publisher().publish(event("a", 2));
            reading.setAutoCommit(false);
            QueueReader reader = new QueueReader(queue, ORDERED, Capabilities.of(reading, queue), true);
            assertThat(reader.read(reading, 1)).hasSize(1);
            late.commit();

            FutureTask<List<ReceivedEvent>> receiving = new FutureTask<>(() -> consumer.receive(1, Duration.ZERO));
            Thread thread = Thread.startVirtualThread(receiving);
            Until.isTrue(
                    "the other reader waits",
                    () -> !thread.isAlive()
                            || TestServer.query(
                                            database,
                                            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                                    .equals(List.of("1")));
            reading.commit();

            assertThat(receiving.get(60, TimeUnit.SECONDS)).isEmpty();
        }
    }

    private static void work(
            DurableEventConsumer consumer,
            Random random,
            Map<String, AtomicInteger> held,
            Map<String, List<Integer>> done,
            ConcurrentLinkedQueue<String> violations,
            AtomicInteger left)
            throws InterruptedException {
        List<ReceivedEvent> received = consumer.receive(1 + random.nextInt(4), Duration.ofMillis(50));
        for (ReceivedEvent event : received) {
            String key = (String) event.event().payload().get("key");
            if (held.computeIfAbsent(key, ignored -> new AtomicInteger()).incrementAndGet() > 1) {
                violations.add("two of " + key);
            }
        }
        for (ReceivedEvent event : received) {
            String key = (String) event.event().payload().get("key");
            boolean fails = random.nextInt(5) == 0;
            if (!fails) {
                done.computeIfAbsent(key, ignored -> java.util.Collections.synchronizedList(new ArrayList<>()))
                        .add((Integer) event.event().payload().get("number"));
            }
            // Given up before the store is told: from then on another consumer may have the next one.
            held.computeIfAbsent(key, ignored -> new AtomicInteger()).decrementAndGet();
            if (fails) {
                consumer.release(event, Duration.ofMillis(random.nextInt(20)));
            } else {
                if (!consumer.acknowledge(List.of(event)).isEmpty()) {
                    violations.add("lost " + name(event));
                }
                left.decrementAndGet();
            }
        }
    }

    @Test
    void readingInOrderHasAnIndexByKey() {
        transport.openConsumer(ORDERED).close();
        transport.openConsumer(ORDERED).close();

        assertThat(TestServer.query(
                        database,
                        "SELECT indexname FROM pg_indexes WHERE indexname = 'q_orders_domain_events_group_idx'"))
                .hasSize(1);
    }
}
