package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;

/** What a consumer does with what it has received, and how it learns of what is written. */
class ConsumingIT {
    private static final Duration NO_WAIT = Duration.ZERO;
    private static final Duration LONG_WAIT = Duration.ofSeconds(45);
    private static final String QUEUE = "pgmq.q_orders_domain_events";
    private static final String ARCHIVE = "pgmq.a_orders_domain_events";
    private static final ConsumerOptions OPTIONS = ConsumerOptions.defaults();

    private DatabaseSettings database;
    private TestWorker worker;
    private PgmqTransport transport;

    /** Looks by themselves are so rare that only being woken explains an event in time. */
    @BeforeEach
    void start() throws Exception {
        database = TestServer.newDatabase();
        worker = new TestWorker(database, "orders").with("poll-interval-ms", "60000");
        transport = TestWorker.start(worker);
    }

    @AfterEach
    void close() throws Exception {
        transport.close();
    }

    private static DomainEvent event(int number) {
        return DomainEvent.of("order.created", Map.of("number", number), "orders");
    }

    private void publish(int from, int to) {
        transport
                .publisher()
                .publishAll(
                        IntStream.range(from, to).mapToObj(ConsumingIT::event).toList());
    }

    private String one(String query) {
        return TestServer.query(database, query).getFirst();
    }

    private Thread receiveWaiting(FutureTask<List<ReceivedEvent>> receiving) throws Exception {
        Thread thread = Thread.startVirtualThread(receiving);
        Until.isTrue("the consumer waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
        return thread;
    }

    private void awaitListening() throws Exception {
        Until.isTrue(
                "the listener listens",
                () -> "listening".equals(transport.check().details().get("listener")));
    }

    private void sendFromOutside(int number) throws Exception {
        try (Connection connection = TestServer.connect(database);
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT pgmq.send('orders_domain_events', ?::jsonb), pg_notify('pgmq.q_orders_domain_events.INSERT', '')")) {
            statement.setString(1, EventMessage.of(event(number), "orders").message());
            statement.execute();
        }
    }

    @Test
    void anExtendedEventStaysHiddenAndALostOneIsTold() throws Exception {
        publish(0, 3);
        try (DurableEventConsumer slow = transport.openConsumer(OPTIONS);
                DurableEventConsumer fast = transport.openConsumer(OPTIONS)) {
            List<ReceivedEvent> held = slow.receive(3, NO_WAIT);
            TestServer.sql(database, "UPDATE " + QUEUE + " SET vt = now() WHERE msg_id <= 2");
            List<ReceivedEvent> taken = fast.receive(1, NO_WAIT);

            assertThat(slow.extend(held, Duration.ofHours(1)))
                    .extracting(ReceivedEvent::messageId)
                    .containsExactly("1");
            assertThat(fast.receive(3, NO_WAIT))
                    .as("one had run out, and is hidden again")
                    .isEmpty();
            assertThat(one("SELECT count(*) FROM " + QUEUE + " WHERE vt > now() + interval '50 minutes'"))
                    .isEqualTo("2");
            assertThat(slow.acknowledge(held))
                    .extracting(ReceivedEvent::messageId)
                    .containsExactly("1");
            assertThat(fast.acknowledge(taken)).isEmpty();
            assertThat(fast.acknowledge(taken)).as("it is done").isEqualTo(taken);
        }
        assertThat(worker.counted("tasker_pgmq_extended_total")).isEqualTo(2);
    }

    @Test
    void acknowledgedEventsAreKeptInTheArchiveWhenThatIsAskedFor() throws Exception {
        publish(0, 3);
        try (DurableEventConsumer consumer = transport.openConsumer(OPTIONS.archiving())) {
            List<ReceivedEvent> received = consumer.receive(2, NO_WAIT);
            assertThat(consumer.acknowledge(received)).isEmpty();
            assertThat(consumer.acknowledge(received)).isEqualTo(received);
        }
        assertThat(one("SELECT count(*) FROM " + QUEUE)).isEqualTo("1");
        assertThat(one("SELECT count(*) FROM " + ARCHIVE + " WHERE read_ct = 1 AND last_read_at IS NOT NULL"
                        + " AND message->>'event_type' = 'order.created'"))
                .isEqualTo("2");
    }

    @Test
    void theSameEventInASecondMessageIsADuplicateWithinTheWindow() throws Exception {
        DomainEvent twice = event(1);
        transport.publisher().publishAll(List.of(twice, event(2), twice));
        try (DurableEventConsumer consumer =
                        transport.openConsumer(OPTIONS.withDuplicateWindow(Duration.ofMinutes(5)));
                DurableEventConsumer careless = transport.openConsumer(OPTIONS)) {
            List<ReceivedEvent> received = consumer.receive(10, NO_WAIT);
            assertThat(received).extracting(ReceivedEvent::duplicate).containsExactly(false, false, true);

            received.forEach(each -> consumer.release(each, Duration.ZERO));
            assertThat(consumer.receive(10, NO_WAIT))
                    .as("a message that comes again is no duplicate of itself")
                    .extracting(ReceivedEvent::duplicate)
                    .containsExactly(false, false, true);
            TestServer.sql(database, "UPDATE " + QUEUE + " SET vt = now()");
            assertThat(careless.receive(10, NO_WAIT))
                    .extracting(ReceivedEvent::duplicate)
                    .containsOnly(false);
        }
        assertThat(worker.counted("tasker_pgmq_duplicates_total")).isEqualTo(2);
    }

    @Test
    void aWaitingConsumerIsWokenByANotificationFromElsewhere() throws Exception {
        try (DurableEventConsumer consumer = transport.openConsumer(OPTIONS)) {
            FutureTask<List<ReceivedEvent>> receiving = new FutureTask<>(() -> consumer.receive(1, LONG_WAIT));
            receiveWaiting(receiving);
            awaitListening();

            sendFromOutside(7);

            assertThat(receiving.get(60, TimeUnit.SECONDS)).hasSize(1);
            Until.isTrue("it is counted", () -> worker.counted("tasker_pgmq_notifications_total") > 0);
        }
        assertThat(TestWorker.gauges(transport)).containsEntry("tasker_pgmq_listener_connected", 1.0);
    }

    @Test
    void aWaitingConsumerIsWokenByTheTriggerOfPgmq() throws Exception {
        TestServer.sql(database, "SELECT pgmq.enable_notify_insert('orders_domain_events', 0)");
        try (DurableEventConsumer consumer = transport.openConsumer(OPTIONS)) {
            FutureTask<List<ReceivedEvent>> receiving = new FutureTask<>(() -> consumer.receive(1, LONG_WAIT));
            receiveWaiting(receiving);
            awaitListening();

            TestServer.sql(
                    database,
                    "SELECT pgmq.send('orders_domain_events', '"
                            + EventMessage.of(event(1), "orders").message() + "'::jsonb)");

            assertThat(receiving.get(60, TimeUnit.SECONDS)).hasSize(1);
        }
    }

    @Test
    void theListenerComesBackWhenItsConnectionIsEnded() throws Exception {
        try (DurableEventConsumer consumer = transport.openConsumer(OPTIONS)) {
            FutureTask<List<ReceivedEvent>> receiving = new FutureTask<>(() -> consumer.receive(1, LONG_WAIT));
            receiveWaiting(receiving);
            awaitListening();

            assertThat(one("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND query LIKE 'LISTEN%'"))
                    .isEqualTo("t");
            Until.isTrue("it has come back", () -> worker.counted("tasker_pgmq_listener_reconnects_total") >= 1);
            sendFromOutside(7);

            assertThat(receiving.get(60, TimeUnit.SECONDS)).hasSize(1);
        }
    }

    @Test
    void nobodyListensBeforeSomebodyWaits() throws Exception {
        publish(0, 1);
        try (DurableEventConsumer consumer = transport.openConsumer(OPTIONS)) {
            assertThat(consumer.receive(1, LONG_WAIT)).hasSize(1);
            assertThat(consumer.receive(1, NO_WAIT)).isEmpty();
        }
        assertThat(transport.check().details()).containsEntry("listener", "off");
    }

    @Test
    void aDelayedMessageIsFoundWhenItIsDue() throws Exception {
        TestServer.sql(
                database,
                "SELECT pgmq.send('orders_domain_events', '"
                        + EventMessage.of(event(1), "orders").message() + "'::jsonb, 3600)");
        try (DurableEventConsumer consumer = transport.openConsumer(OPTIONS)) {
            assertThat(consumer.receive(1, NO_WAIT)).isEmpty();
            TestServer.sql(database, "UPDATE " + QUEUE + " SET vt = clock_timestamp() + interval '2 s'");
            assertThat(consumer.receive(1, LONG_WAIT)).hasSize(1);
        }
    }

    @Test
    void whatNobodySettledIsFoundWhenItsVisibilityRunsOut() throws Exception {
        publish(0, 1);
        try (DurableEventConsumer dying = transport.openConsumer(OPTIONS.withVisibilityTimeout(Duration.ofSeconds(1)));
                DurableEventConsumer other = transport.openConsumer(OPTIONS)) {
            assertThat(dying.receive(1, NO_WAIT)).hasSize(1);
            assertThat(other.receive(1, LONG_WAIT)).singleElement().returns(2, ReceivedEvent::readCount);
        }
    }

    @Test
    void oneArrivalWakesOneOfManyAndABatchAsManyAsItFeeds() throws Exception {
        try (DurableEventConsumer consumer = transport.openConsumer(OPTIONS)) {
            List<FutureTask<List<ReceivedEvent>>> waiting = IntStream.range(0, 5)
                    .mapToObj(i -> new FutureTask<>(() -> consumer.receive(1, LONG_WAIT)))
                    .toList();
            for (FutureTask<List<ReceivedEvent>> each : waiting) {
                receiveWaiting(each);
            }
            awaitListening();

            publish(0, 5);

            for (FutureTask<List<ReceivedEvent>> each : waiting) {
                assertThat(each.get(60, TimeUnit.SECONDS)).hasSize(1);
            }
        }
    }

    @Test
    void closingWakesThoseWhoWait() throws Exception {
        DurableEventConsumer consumer = transport.openConsumer(OPTIONS);
        FutureTask<List<ReceivedEvent>> receiving = new FutureTask<>(() -> consumer.receive(1, LONG_WAIT));
        receiveWaiting(receiving);

        consumer.close();

        assertThatExceptionOfType(java.util.concurrent.ExecutionException.class)
                .isThrownBy(() -> receiving.get(60, TimeUnit.SECONDS))
                .havingCause()
                .isInstanceOfSatisfying(
                        TaskerException.class, e -> assertThat(e.code()).isEqualTo("TASKER-Q108"));
    }
}
