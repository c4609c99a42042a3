package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.PublishException;
import tasker.events.api.UuidV7;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;

/** What is published, and what is not. */
class PublishingIT extends EventsFixture {

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
                        IntStream.range(0, 500).mapToObj(EventsFixture::event).toList());
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
        CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

        assertThat(TestServer.query(database, "SELECT count(*) FROM pgmq.q_orders_domain_events"))
                .containsExactly("300");
        refuseNotes();
        CompletableFuture<Void> bad = transport
                .publisher()
                .publishAsync(DomainEvent.of("order.created", Map.of("note", "refused"), "orders"));
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> bad.get(60, TimeUnit.SECONDS))
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
                .isThrownBy(() -> transport.publisher().publishAsync(event(1)).get(60, TimeUnit.SECONDS))
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
}
