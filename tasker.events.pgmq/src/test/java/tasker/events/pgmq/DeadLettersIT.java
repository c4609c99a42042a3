package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InvalidValueException;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.DeadLetter;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.EventSelection;
import tasker.events.api.spi.QueueAdministration;
import tasker.events.api.spi.ReceivedEvent;

/** Looking at dead letters and archives, and bringing back what lies there. */
class DeadLettersIT {
    private static final String QUEUE = "orders_domain_events";
    private static final EventSelection ALL = EventSelection.all();

    private DatabaseSettings database;
    private PgmqTransport transport;
    private QueueAdministration queues;

    @BeforeEach
    void start() throws Exception {
        database = TestServer.newDatabase();
        transport = TestWorker.start(database, "orders");
        queues = transport.queues();
    }

    @AfterEach
    void close() throws Exception {
        transport.close();
    }

    /** Publish events of these types, and bring them to the dead letters. */
    private List<DomainEvent> dead(String... types) throws Exception {
        List<DomainEvent> events = new ArrayList<>();
        for (String type : types) {
            events.add(DomainEvent.builder(type, "test")
                    .header("x-pgmq-group", "customer-1")
                    .payload(Map.of("type", type))
                    .build());
        }
        transport.publisher().publishAll(events);
        try (DurableEventConsumer consumer = transport.openConsumer(ConsumerOptions.defaults())) {
            for (ReceivedEvent received : consumer.receive(100, Duration.ZERO)) {
                assertThat(consumer.deadLetter(received, "no", Optional.of(new IllegalStateException("why"))))
                        .isTrue();
            }
        }
        return events;
    }

    private List<DomainEvent> inQueue() throws Exception {
        try (DurableEventConsumer consumer = transport.openConsumer(ConsumerOptions.defaults())) {
            List<ReceivedEvent> received = consumer.receive(1_000, Duration.ZERO);
            assertThat(received).allSatisfy(each -> assertThat(each.readCount()).isEqualTo(1));
            return received.stream().map(ReceivedEvent::event).toList();
        }
    }

    private static EventSelection types(String... patterns) {
        return ALL.types(
                java.util.Arrays.stream(patterns).map(EventPattern::parse).toList());
    }

    @Test
    void aReplayedEventIsWhatItWas() throws Exception {
        List<DomainEvent> events = dead("order.created", "order.paid");

        assertThat(queues.replayDeadLetters(QUEUE, ALL)).isEqualTo(2);

        assertThat(inQueue()).isEqualTo(events);
        assertThat(queues.deadLetters(QUEUE, ALL, 10)).isEmpty();
        assertThat(TestServer.query(database, "SELECT headers::text FROM pgmq.q_orders_domain_events"))
                .containsOnly("{\"x-pgmq-group\": \"customer-1\"}");
    }

    @Test
    void onlyWhatIsChosenIsReplayedOrDeleted() throws Exception {
        List<DomainEvent> events = dead("order.created", "order.paid", "item.order.paid", "mail.sent");

        assertThat(types(queues, "order.*")).containsExactly("order.created", "order.paid");
        assertThat(types(queues, "#.paid")).containsExactly("order.paid", "item.order.paid");
        assertThat(types(queues, "*")).hasSize(4);
        assertThat(queues.replayDeadLetters(QUEUE, types("#.paid"))).isEqualTo(2);
        assertThat(inQueue()).containsExactly(events.get(1), events.get(2));

        assertThat(queues.replayDeadLetters(QUEUE, ALL.event(events.get(1).eventId())))
                .as("it is not there any more")
                .isZero();
        assertThat(queues.purgeDeadLetters(QUEUE, ALL.event(events.get(3).eventId())))
                .isEqualTo(1);
        assertThat(queues.replayDeadLetters(QUEUE, ALL.message("1").message("77")))
                .isEqualTo(1);
        assertThat(inQueue()).containsExactly(events.getFirst());
        assertThat(queues.deadLetters(QUEUE, ALL, 10)).isEmpty();
    }

    private static List<String> types(QueueAdministration queues, String pattern) {
        return queues.deadLetters(QUEUE, types(pattern), 10).stream()
                .map(letter -> letter.event().orElseThrow().eventType())
                .toList();
    }

    @Test
    void theTimeOfDyingChooses() throws Exception {
        dead("a", "b", "c");
        TestServer.sql(database, """
                UPDATE pgmq.q_orders_domain_events_dlq
                SET enqueued_at = timestamptz '2026-01-01 12:00:00Z' + msg_id * interval '1 hour'
                """);
        Instant noon = Instant.parse("2026-01-01T12:00:00Z");

        assertThat(queues.deadLetters(QUEUE, ALL.since(noon.plusSeconds(7_200)), 10))
                .extracting(DeadLetter::messageId)
                .containsExactly("2", "3");
        assertThat(queues.deadLetters(QUEUE, ALL.until(noon.plusSeconds(7_200)), 10))
                .extracting(DeadLetter::messageId)
                .containsExactly("1");
        assertThat(queues.deadLetters(QUEUE, ALL, 2)).hasSize(2);
    }

    @Test
    void aDeadLetterThatIsNoEventIsShownAndReplayedAsItIs() throws Exception {
        TestServer.sql(database, """
                SELECT pgmq.send('orders_domain_events', '{"hello": 1}'::jsonb, '{"a": "b", "n": 3}'::jsonb);
                SELECT pgmq.send('orders_domain_events', NULL::jsonb);
                """);
        assertThat(inQueue()).isEmpty();

        List<DeadLetter> letters = queues.deadLetters(QUEUE, ALL, 10);
        assertThat(letters).extracting(DeadLetter::message).containsExactly("{\"hello\": 1}", "null");
        assertThat(letters.getFirst()).satisfies(letter -> {
            assertThat(letter.event()).isEmpty();
            assertThat(letter.cause()).contains("malformed");
            assertThat(letter.headers()).containsEntry("a", "b").containsEntry("n", "3");
        });
        assertThat(queues.replayDeadLetters(QUEUE, ALL)).isEqualTo(2);
        assertThat(TestServer.query(
                        database, "SELECT message || headers FROM pgmq.q_orders_domain_events ORDER BY msg_id LIMIT 1"))
                .containsExactly("{\"a\": \"b\", \"n\": 3, \"hello\": 1}");
    }

    @Test
    void aLetterWithoutAReasonIsShownToo() {
        TestServer.sql(database, """
                SELECT pgmq.send('orders_domain_events_dlq', '{"by": "hand"}'::jsonb);
                SELECT pgmq.send('orders_domain_events_dlq', '{"by": "hand"}'::jsonb, '[1]'::jsonb);
                """);

        assertThat(queues.deadLetters("orders_domain_events_dlq", ALL, 10))
                .hasSize(2)
                .allSatisfy(letter -> assertThat(letter.reason()).isEmpty());
    }

    @Test
    void moreThanOneStatementMovesIsReplayedInOrder() throws Exception {
        transport
                .publisher()
                .publishAll(IntStream.range(0, 4_500)
                        .mapToObj(number -> DomainEvent.of("order.created", Map.of("n", number), "test"))
                        .toList());
        TestServer.sql(database, """
                INSERT INTO pgmq.q_orders_domain_events_dlq (vt, message)
                SELECT now(), message FROM pgmq.q_orders_domain_events ORDER BY msg_id;
                TRUNCATE pgmq.q_orders_domain_events
                """);

        assertThat(queues.replayDeadLetters(QUEUE, ALL)).isEqualTo(4_500);
        assertThat(TestServer.query(
                        database, "SELECT message->'payload'->>'n' FROM pgmq.q_orders_domain_events ORDER BY msg_id"))
                .isEqualTo(IntStream.range(0, 4_500).mapToObj(Integer::toString).toList());
    }

    @Test
    void archivedEventsAreReplayed() throws Exception {
        DomainEvent paid = DomainEvent.of("order.paid", Map.of(), "test");
        transport.publisher().publishAll(List.of(DomainEvent.of("order.created", Map.of(), "test"), paid));
        try (DurableEventConsumer consumer =
                transport.openConsumer(ConsumerOptions.defaults().archiving())) {
            consumer.acknowledge(consumer.receive(10, Duration.ZERO));
        }

        assertThat(queues.replayArchive(QUEUE, types("order.paid"))).isEqualTo(1);

        assertThat(inQueue()).containsExactly(paid);
        assertThat(TestServer.query(database, "SELECT message->>'event_type' FROM pgmq.a_orders_domain_events"))
                .containsExactly("order.created");
    }

    @Test
    void aReplayWakesWhoWaits() throws Exception {
        dead("order.created");
        transport.close();
        transport = TestWorker.start(database, "orders", "poll-interval-ms", "60000");
        try (DurableEventConsumer consumer = transport.openConsumer(ConsumerOptions.defaults())) {
            var receiving = new java.util.concurrent.FutureTask<>(() -> consumer.receive(1, Duration.ofSeconds(45)));
            Thread thread = Thread.startVirtualThread(receiving);
            Until.isTrue("the consumer waits", () -> thread.getState() == Thread.State.TIMED_WAITING);

            transport.queues().replayDeadLetters(QUEUE, ALL);

            assertThat(receiving.get(60, java.util.concurrent.TimeUnit.SECONDS)).hasSize(1);
        }
    }

    @Test
    void namesAndNumbersFromOutsideAreChecked() {
        for (String name : List.of("x'; DROP TABLE t", "a\"b", "q".repeat(60))) {
            assertThatExceptionOfType(TaskerException.class)
                    .isThrownBy(() -> queues.replayDeadLetters(name, ALL))
                    .returns("TASKER-Q112", TaskerException::code);
            assertThatExceptionOfType(TaskerException.class)
                    .isThrownBy(() -> queues.replayArchive(name, ALL))
                    .returns("TASKER-Q112", TaskerException::code);
        }
        assertThatExceptionOfType(TaskerException.class)
                .isThrownBy(() -> queues.deadLetters("nope", ALL, 1))
                .returns("TASKER-Q113", TaskerException::code);
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> queues.purgeDeadLetters(QUEUE, ALL.message("1; DELETE")));
        assertThatExceptionOfType(InvalidValueException.class).isThrownBy(() -> queues.deadLetters(QUEUE, ALL, 0));
    }
}
