package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.HealthStatus;
import tasker.events.api.InvalidValueException;
import tasker.events.api.PublishException;
import tasker.events.api.TaskerException;
import tasker.events.api.UuidV7;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.DeadLetter;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.EventSelection;
import tasker.events.api.spi.HealthReport;
import tasker.events.api.spi.QueueStatus;
import tasker.events.api.spi.ReceivedEvent;

class DurableEventsIT {
    private static final Duration NO_WAIT = Duration.ZERO;
    private static final Duration LONG_WAIT = Duration.ofSeconds(20);

    private DatabaseSettings database;
    private TestWorker worker;
    private PgmqTransport transport;

    @BeforeEach
    void start() throws Exception {
        database = TestServer.newDatabase();
        worker = new TestWorker(database, "Orders");
        transport = TestWorker.start(worker.with("publish-timeout-ms", "60000", "query-timeout-ms", "60000"));
    }

    @AfterEach
    void close() throws Exception {
        transport.close();
    }

    private DurableEventConsumer consumer(int visibilitySeconds, int maxReads) {
        return transport.openConsumer(ConsumerOptions.defaults()
                .withVisibilityTimeout(Duration.ofSeconds(visibilitySeconds))
                .withMaxReads(maxReads));
    }

    private DurableEventConsumer deadLetters() {
        return transport.openConsumer(
                ConsumerOptions.defaults().withQueue("orders_domain_events_dlq").withMaxReads(100));
    }

    private static DomainEvent event(int number) {
        return DomainEvent.of("order.created", Map.of("number", number), "orders");
    }

    private static List<Integer> numbers(List<ReceivedEvent> events) {
        return events.stream()
                .map(received -> (Integer) received.event().payload().get("number"))
                .toList();
    }

    private void makeVisible() {
        TestServer.sql(database, "UPDATE pgmq.q_orders_domain_events SET vt = now()");
    }

    @Test
    void anEventComesBackAsItWasPublished() throws Exception {
        DomainEvent sent = DomainEvent.builder("order.created", "orders-worker")
                .payload(Map.of(
                        "id",
                        "A-1",
                        "total",
                        new BigDecimal("12.50"),
                        "lines",
                        Arrays.asList(1, "zwei €", null),
                        "paid",
                        true))
                .correlationId(UuidV7.next())
                .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .build();

        transport.publisher().publish(sent);

        try (DurableEventConsumer consumer = consumer(30, 5)) {
            List<ReceivedEvent> received = consumer.receive(10, NO_WAIT);
            assertThat(received).singleElement().satisfies(one -> {
                assertThat(one.event()).isEqualTo(sent);
                assertThat(one.queue()).isEqualTo("orders_domain_events");
                assertThat(one.readCount()).isEqualTo(1);
            });
            assertThat(consumer.receive(10, NO_WAIT))
                    .as("hidden while it is held")
                    .isEmpty();
            assertThat(consumer.acknowledge(received)).isEmpty();
        }
        assertThat(TestServer.query(database, "SELECT count(*) FROM pgmq.q_orders_domain_events"))
                .containsExactly("0");
        assertThat(worker.counted("tasker_pgmq_published_total")).isEqualTo(1);
        assertThat(worker.counted("tasker_pgmq_publish_duration_seconds")).isEqualTo(1);
        assertThat(worker.counted("tasker_pgmq_acknowledged_total")).isEqualTo(1);
    }

    @Test
    void theMessageHasTheFieldsThatOtherLanguagesExpect() {
        DomainEvent sent = DomainEvent.builder("order.created", "orders-worker")
                .payload(Map.of("id", 7))
                .correlationId(UuidV7.next())
                .header("x-pgmq-group", "customer-1")
                .build();

        transport.publisher().publish(sent);

        assertThat(
                        TestServer.query(
                                database,
                                "SELECT (message = jsonb_build_object('event_id', '" + sent.eventId()
                                        + "', 'event_type', 'order.created', 'payload', '{\"id\": 7}'::jsonb, 'correlation_id', '"
                                        + sent.correlationId().orElseThrow() + "', 'timestamp', '" + sent.timestamp()
                                        + "', 'source', 'orders-worker', 'namespace', 'Orders'))"
                                        + " AND headers = '{\"x-pgmq-group\": \"customer-1\"}' FROM pgmq.q_orders_domain_events"))
                .containsExactly("t");
    }

    @Test
    void manyEventsKeepTheirOrder() throws Exception {
        transport
                .publisher()
                .publishAll(
                        IntStream.range(0, 500).mapToObj(DurableEventsIT::event).toList());
        transport.publisher().publishAll(List.of());

        try (DurableEventConsumer consumer = consumer(30, 5)) {
            assertThat(numbers(consumer.receive(1_000, NO_WAIT)))
                    .containsExactlyElementsOf(IntStream.range(0, 500).boxed().toList());
        }
    }

    @Test
    void oneBadEventKeepsAllEventsOfItsCallOut() throws Exception {
        refuseNotes();
        DomainEvent bad = DomainEvent.of("order.created", Map.of("note", "refused"), "orders");

        assertThatExceptionOfType(PublishException.class)
                .isThrownBy(() -> transport.publisher().publishAll(List.of(event(1), bad, event(2))))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo("TASKER-Q103");
                    assertThat(e.mayHaveBeenWritten()).isFalse();
                    assertThat(e).hasMessageContaining("23514").hasMessageContaining("was not written");
                });
        transport.publisher().publish(event(3));

        try (DurableEventConsumer consumer = consumer(30, 5)) {
            assertThat(numbers(consumer.receive(10, NO_WAIT))).containsExactly(3);
        }
        assertThat(worker.counted("tasker_pgmq_publish_failed_total{outcome=not_written}"))
                .isEqualTo(3);
    }

    /** Let the database refuse some events, as a rule of its owner's may. */
    private void refuseNotes() {
        TestServer.sql(
                database,
                "ALTER TABLE pgmq.q_orders_domain_events ADD CHECK (message->'payload'->'note' IS NULL) NOT VALID");
    }

    @Test
    void aCallThatIsTooLargeIsRefusedBeforeItIsSent() {
        DomainEvent large = DomainEvent.of("order.created", Map.of("text", "x".repeat(1_000_000)), "orders");

        assertThatExceptionOfType(PublishException.class)
                .isThrownBy(() -> transport.publisher().publishAll(Collections.nCopies(70, large)))
                .satisfies(e -> assertThat(e.code()).isEqualTo("TASKER-Q104"));
    }

    @Test
    void asynchronousEventsAreAllCommittedWhenTheirFuturesEnd() throws Exception {
        List<CompletableFuture<Void>> futures = IntStream.range(0, 300)
                .mapToObj(number -> transport.publisher().publishAsync(event(number)))
                .toList();
        CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);

        assertThat(TestServer.query(database, "SELECT count(*) FROM pgmq.q_orders_domain_events"))
                .containsExactly("300");
        refuseNotes();
        CompletableFuture<Void> bad = transport
                .publisher()
                .publishAsync(DomainEvent.of("order.created", Map.of("note", "refused"), "orders"));
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> bad.get(30, TimeUnit.SECONDS))
                .withCauseInstanceOf(PublishException.class);
    }

    @Test
    void closingWaitsForWhatWasAccepted() throws Exception {
        List<CompletableFuture<Void>> futures = IntStream.range(0, 200)
                .mapToObj(number -> transport.publisher().publishAsync(event(number)))
                .toList();

        transport.close();

        assertThat(futures).allMatch(future -> future.state() == Future.State.SUCCESS);
        assertThat(TestServer.query(database, "SELECT count(*) FROM pgmq.q_orders_domain_events"))
                .containsExactly("200");
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> transport.publisher().publishAsync(event(1)).get(10, TimeUnit.SECONDS))
                .havingCause()
                .withMessageContaining("TASKER-Q106");
    }

    @Test
    void aDroppedQueueIsMadeAgainByThePublisher() {
        TestServer.sql(database, "SELECT pgmq.drop_queue('orders_domain_events')");

        transport.publisher().publish(event(1));

        assertThat(TestServer.query(database, "SELECT message->'payload'->>'number' FROM pgmq.q_orders_domain_events"))
                .containsExactly("1");
    }

    @Test
    void aReleasedEventComesBackAfterItsDelay() throws Exception {
        transport.publisher().publish(event(1));
        try (DurableEventConsumer consumer = consumer(600, 5)) {
            ReceivedEvent first = consumer.receive(1, NO_WAIT).getFirst();

            assertThat(consumer.release(first, Duration.ofHours(1))).isTrue();
            assertThat(consumer.receive(1, NO_WAIT)).isEmpty();
            assertThat(consumer.release(first, Duration.ofMillis(50))).isTrue();

            ReceivedEvent second = consumer.receive(1, LONG_WAIT).getFirst();
            assertThat(second.event()).isEqualTo(first.event());
            assertThat(second.readCount()).isEqualTo(2);
        }
    }

    @Test
    void aConsumerWhoseVisibilityRanOutCanSettleNothing() throws Exception {
        transport.publisher().publishAll(List.of(event(1), event(2), event(3)));
        try (DurableEventConsumer slow = consumer(30, 5);
                DurableEventConsumer fast = consumer(30, 5)) {
            List<ReceivedEvent> held = slow.receive(10, NO_WAIT);
            makeVisible();
            List<ReceivedEvent> taken = fast.receive(2, NO_WAIT);

            assertThat(slow.acknowledge(held))
                    .as("those that somebody took")
                    .extracting(ReceivedEvent::messageId)
                    .containsExactlyElementsOf(
                            taken.stream().map(ReceivedEvent::messageId).toList());
            assertThat(slow.extend(held, Duration.ofMinutes(1)))
                    .as("what was lost, and what is done")
                    .isEqualTo(held);
            assertThat(slow.release(held.getFirst(), Duration.ZERO)).isFalse();
            assertThat(slow.deadLetter(held.getFirst(), "too late", Optional.empty()))
                    .isFalse();
            assertThat(fast.acknowledge(taken)).isEmpty();
        }
        assertThat(TestServer.query(database, "SELECT count(*) FROM pgmq.q_orders_domain_events_dlq"))
                .containsExactly("0");
        assertThat(worker.counted("tasker_pgmq_settle_lost_total")).isEqualTo(7);
    }

    @Test
    void aDeadLetterCarriesItsReasonAndCanBeReadThere() throws Exception {
        DomainEvent sent = DomainEvent.builder("order.created", "orders")
                .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .build();
        transport.publisher().publish(sent);
        try (DurableEventConsumer consumer = consumer(30, 5);
                DurableEventConsumer dead = deadLetters()) {
            ReceivedEvent received = consumer.receive(1, NO_WAIT).getFirst();

            assertThat(consumer.deadLetter(
                            received,
                            "card refused \u0000 \ud800",
                            Optional.of(new IllegalStateException("no \u0000 funds"))))
                    .isTrue();
            assertThat(consumer.deadLetter(received, "twice", Optional.empty())).isFalse();

            DeadLetter letter = transport
                    .queues()
                    .deadLetters("orders_domain_events", EventSelection.all(), 10)
                    .getFirst();
            assertThat(letter.reason()).contains("card refused   ?");
            assertThat(letter.cause()).contains("consumer");
            assertThat(letter.stack().orElseThrow())
                    .startsWith("java.lang.IllegalStateException: no  funds\n\tat tasker.events.pgmq");
            assertThat(letter.originalQueue()).contains("orders_domain_events");
            assertThat(letter.originalMessageId()).contains(received.messageId());
            assertThat(letter.readCount()).contains(1);
            assertThat(letter.event()).contains(sent);
            assertThat(letter.headers()).containsAllEntriesOf(sent.headers()).containsKey("x-tasker-dead-letter-at");

            assertThat(dead.receive(1, NO_WAIT).getFirst().event())
                    .as("the event is what it was")
                    .isEqualTo(sent);
        }
        assertThat(worker.counted("tasker_pgmq_dead_lettered_total{reason=consumer}"))
                .isEqualTo(1);
    }

    @Test
    void messagesThatAreNoEventsGoToTheDeadLetters() throws Exception {
        TestServer.sql(database, """
                SELECT pgmq.send('orders_domain_events', '{"hello": 1}'::jsonb);
                SELECT pgmq.send('orders_domain_events', '[1, 2]'::jsonb, '[3]'::jsonb);
                SELECT pgmq.send('orders_domain_events', NULL::jsonb);
                """);
        transport.publisher().publish(event(1));

        try (DurableEventConsumer consumer = consumer(30, 5)) {
            assertThat(numbers(consumer.receive(10, NO_WAIT))).containsExactly(1);
        }
        assertThat(
                        TestServer.query(
                                database,
                                "SELECT headers->>'x-tasker-dead-letter-reason' FROM pgmq.q_orders_domain_events_dlq ORDER BY msg_id"))
                .hasSize(3)
                .allSatisfy(reason -> assertThat(reason).startsWith("is no domain event: TASKER-V101"));
        assertThat(worker.counted("tasker_pgmq_dead_lettered_total{reason=malformed}"))
                .isEqualTo(3);
    }

    @Test
    void aDroppedQueueOfDeadLettersIsMadeAgainAndCostsNoEvent() throws Exception {
        TestServer.sql(database, """
                SELECT pgmq.drop_queue('orders_domain_events_dlq');
                SELECT pgmq.send('orders_domain_events', '{"hello": 1}'::jsonb);
                """);
        transport.publisher().publish(event(1));

        try (DurableEventConsumer consumer = consumer(30, 5)) {
            assertThat(numbers(consumer.receive(10, NO_WAIT))).containsExactly(1);
        }
        assertThat(TestServer.query(database, "SELECT message->>'hello' FROM pgmq.q_orders_domain_events_dlq"))
                .containsExactly("1");
    }

    @Test
    void deadLettersThatCannotBeMovedStayAndCostNoEvent() throws Exception {
        TestServer.sql(database, """
                ALTER TABLE pgmq.q_orders_domain_events_dlq ADD CHECK (message IS NULL);
                SELECT pgmq.send('orders_domain_events', '{"hello": 1}'::jsonb);
                """);
        transport.publisher().publish(event(1));

        try (DurableEventConsumer consumer = consumer(30, 5)) {
            assertThat(numbers(consumer.receive(10, NO_WAIT))).containsExactly(1);
        }
        assertThat(TestServer.query(
                        database, "SELECT message->>'hello' FROM pgmq.q_orders_domain_events WHERE message ? 'hello'"))
                .containsExactly("1");
    }

    @Test
    void deadLettersThatAreNoEventsGoToTheArchive() throws Exception {
        TestServer.sql(database, "SELECT pgmq.send('orders_domain_events_dlq', '{\"hello\": 1}'::jsonb)");

        try (DurableEventConsumer dead = deadLetters()) {
            assertThat(dead.receive(10, NO_WAIT)).isEmpty();
        }
        assertThat(TestServer.query(database, "SELECT message->>'hello' FROM pgmq.a_orders_domain_events_dlq"))
                .containsExactly("1");
        assertThat(TestServer.query(database, "SELECT count(*) FROM pgmq.q_orders_domain_events_dlq"))
                .containsExactly("0");
    }

    @Test
    void anEventReadTooOftenGoesToTheDeadLetters() throws Exception {
        transport.publisher().publish(event(1));
        try (DurableEventConsumer consumer = consumer(30, 2)) {
            for (int read = 1; read <= 2; read++) {
                assertThat(consumer.receive(1, NO_WAIT)).singleElement().returns(read, ReceivedEvent::readCount);
                makeVisible();
            }
            assertThat(consumer.receive(1, NO_WAIT)).isEmpty();
        }
        assertThat(TestServer.query(
                        database,
                        "SELECT headers->>'x-tasker-dead-letter-reason' FROM pgmq.q_orders_domain_events_dlq"))
                .singleElement()
                .asString()
                .startsWith("was read 2 times without being settled");
        assertThat(worker.counted("tasker_pgmq_dead_lettered_total{reason=max_reads}"))
                .isEqualTo(1);
    }

    @Test
    void aWaitingConsumerIsWokenByAPublishOfItsProcess() throws Exception {
        transport.close();
        transport = TestWorker.start(worker.with("poll-interval-ms", "60000"));
        try (DurableEventConsumer consumer = consumer(30, 5)) {
            FutureTask<List<ReceivedEvent>> receiving = new FutureTask<>(() -> consumer.receive(1, LONG_WAIT));
            Thread thread = Thread.startVirtualThread(receiving);
            Until.isTrue("the consumer waits", () -> thread.getState() == Thread.State.TIMED_WAITING);

            transport.publisher().publish(event(1));

            assertThat(receiving.get(10, TimeUnit.SECONDS)).hasSize(1);
        }
    }

    @Test
    void aWaitingConsumerFindsWhatOthersWrote() throws Exception {
        try (DurableEventConsumer consumer = consumer(30, 5)) {
            FutureTask<List<ReceivedEvent>> receiving = new FutureTask<>(() -> consumer.receive(1, LONG_WAIT));
            Thread thread = Thread.startVirtualThread(receiving);
            Until.isTrue("the consumer waits", () -> thread.getState() == Thread.State.TIMED_WAITING);

            PgmqTransport other = TestWorker.start(database, "orders");
            other.publisher().publish(event(1));
            other.close();

            assertThat(receiving.get(20, TimeUnit.SECONDS)).hasSize(1);
        }
    }

    @Test
    void anInterruptEndsAWait() throws Exception {
        try (DurableEventConsumer consumer = consumer(30, 5)) {
            FutureTask<List<ReceivedEvent>> receiving = new FutureTask<>(() -> consumer.receive(1, LONG_WAIT));
            Thread thread = Thread.startVirtualThread(receiving);
            Until.isTrue("the consumer waits", () -> thread.getState() == Thread.State.TIMED_WAITING);

            thread.interrupt();

            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> receiving.get(10, TimeUnit.SECONDS))
                    .withCauseInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void anInterruptedPublisherWritesNothingAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(PublishException.class)
                .isThrownBy(() -> transport.publisher().publish(event(1)))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo("TASKER-Q107");
                    assertThat(e.mayHaveBeenWritten()).isFalse();
                });
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aClosedConsumerAndAClosedTransportSaySo() throws Exception {
        DurableEventConsumer consumer = consumer(30, 5);
        consumer.close();
        consumer.close();
        assertThatExceptionOfType(TaskerException.class)
                .isThrownBy(() -> consumer.receive(1, NO_WAIT))
                .returns("TASKER-Q108", TaskerException::code);

        transport.close();
        assertThatExceptionOfType(PublishException.class)
                .isThrownBy(() -> transport.publisher().publish(event(1)))
                .returns("TASKER-Q106", TaskerException::code);
    }

    @Test
    void queuesAreListedWithWhatTheyHold() {
        transport.publisher().publishAll(List.of(event(1), event(2)));
        TestServer.sql(
                database, "SELECT pgmq.create('a%s weird?{name}'); SELECT pgmq.read('orders_domain_events', 60, 1)");

        assertThat(transport.queues().list())
                .extracting(QueueStatus::name)
                .containsExactly("a%s weird?{name}", "orders_domain_events", "orders_domain_events_dlq");
        assertThat(transport.queues().status(transport.queues().eventQueue())).hasValueSatisfying(status -> {
            assertThat(status.length()).isEqualTo(2);
            assertThat(status.visibleLength()).isEqualTo(1);
            assertThat(status.totalMessages()).isEqualTo(2);
            assertThat(status.oldestAge()).isPresent();
        });
        assertThat(transport.queues().status(transport.queues().deadLetterQueue()))
                .hasValueSatisfying(status -> assertThat(status.oldestAge()).isEmpty());
        assertThat(transport.queues().status("a%s weird?{name}")).isPresent();
        assertThat(transport.queues().status("nope")).isEmpty();
        assertThat(transport.queues().status("'; DROP SCHEMA pgmq CASCADE; --")).isEmpty();
    }

    @Test
    void aConsumerOfAnotherQueueGetsDeadLettersOfItsOwn() throws Exception {
        TestServer.sql(
                database,
                "SELECT pgmq.create('a%s weird?{name}'); SELECT pgmq.send('a%s weird?{name}', '{}'::jsonb);"
                        + " SELECT pgmq.create('plain')");

        ConsumerOptions options = ConsumerOptions.defaults().withQueue("A%s weird?{name}");
        try (DurableEventConsumer consumer = transport.openConsumer(options)) {
            assertThat(consumer.receive(1, NO_WAIT)).isEmpty();
        }
        assertThat(transport.queues().status("a%s weird?{name}_dlq"))
                .hasValueSatisfying(status -> assertThat(status.length()).isEqualTo(1));
    }

    @Test
    void aConsumerOfNoQueueIsRefused() {
        for (Map.Entry<String, String> refused : Map.of(
                        "nope", "TASKER-Q113", "x'; DROP TABLE t", "TASKER-Q112", "q".repeat(48), "TASKER-Q112")
                .entrySet()) {
            assertThatExceptionOfType(TaskerException.class)
                    .isThrownBy(() ->
                            transport.openConsumer(ConsumerOptions.defaults().withQueue(refused.getKey())))
                    .returns(refused.getValue(), TaskerException::code);
        }
    }

    @Test
    void eventsOfAnotherQueueAreNotSettledHere() throws Exception {
        transport.publisher().publish(event(1));
        try (DurableEventConsumer consumer = consumer(30, 5);
                DurableEventConsumer dead = deadLetters()) {
            List<ReceivedEvent> events = consumer.receive(1, NO_WAIT);
            assertThatExceptionOfType(InvalidValueException.class).isThrownBy(() -> dead.acknowledge(events));
        }
    }

    @Test
    void healthTellsDeadLettersAndTheGaugesAgree() throws Exception {
        transport.publisher().publishAll(List.of(event(1), event(2)));
        assertThat(transport.check()).returns(HealthStatus.HEALTHY, HealthReport::status);
        assertThat(transport.check().details())
                .containsEntry("queue_length", 2)
                .containsEntry("dead_letters", 0)
                .containsEntry("schema", "tasker-pgmq schema " + CompatibleSchema.VERSION);

        try (DurableEventConsumer consumer = consumer(30, 5)) {
            consumer.deadLetter(consumer.receive(1, NO_WAIT).getFirst(), "no", Optional.empty());
        }

        assertThat(transport.check()).returns(HealthStatus.DEGRADED, HealthReport::status);
        assertThat(transport.check().message().orElseThrow()).contains("1 dead letters");
        assertThat(TestWorker.gauges(transport))
                .containsEntry("tasker_pgmq_queue_length{queue=orders_domain_events}", 1.0)
                .containsEntry("tasker_pgmq_queue_length{queue=orders_domain_events_dlq}", 1.0)
                .containsEntry("tasker_pgmq_pool_max_connections", 8.0);
    }

    @Test
    void anEventThatWaitsTooLongDegradesTheHealthWhereThatIsSet() throws Exception {
        PgmqTransport strict = TestWorker.start(new TestWorker(database, "Orders").with("degraded-queue-age-ms", "1"));
        try {
            assertThat(strict.check()).returns(HealthStatus.HEALTHY, HealthReport::status);

            transport.publisher().publish(event(1));

            Until.isTrue("it is old", () -> strict.check().status() == HealthStatus.DEGRADED);
            assertThat(strict.check().message().orElseThrow()).contains("degraded-queue-age-ms");
            assertThat(strict.check().details()).containsKey("queue_oldest_age_seconds");
            assertThat(transport.check()).returns(HealthStatus.HEALTHY, HealthReport::status);
        } finally {
            strict.close();
        }
    }
}
