package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.PublishOptions;

/** Events for other namespaces, and events for later. */
class PublishOptionsIT extends EventsFixture {
    private static final String COUNT = "SELECT count(*) FROM pgmq.q_orders_domain_events";

    private static DomainEvent event(String note) {
        return DomainEvent.of("order.created", Map.of("note", note), "orders");
    }

    @Test
    void theQueueOfAnotherNamespaceIsMadeOnceByManyAtATime() throws Exception {
        PublishOptions options = PublishOptions.defaults().toNamespace("Billing");
        PgmqTransport other = TestWorker.start(database, "others");
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                PgmqTransport by = i % 2 == 0 ? transport : other;
                calls.add(callers.submit(() -> by.publisher().publish(event("bill"), options)));
            }
            for (Future<?> call : calls) {
                call.get(60, TimeUnit.SECONDS);
            }
        } finally {
            other.close();
        }

        assertThat(TestServer.query(database, "SELECT message->>'namespace' FROM pgmq.q_billing_domain_events"))
                .hasSize(40)
                .containsOnly("Billing");
        assertThat(TestServer.query(database, "SELECT queue_name FROM pgmq.meta WHERE queue_name ILIKE 'billing%'"))
                .containsExactly("billing_domain_events");
    }

    @Test
    void aDelayedEventIsInvisibleForThatLongToTheMillisecond() throws Exception {
        PublishOptions options = PublishOptions.defaults().after(Duration.ofMillis(3_600_123));
        transport.publisher().publish(event("one"), options);
        transport.publisher().publishAll(List.of(event("two"), event("three")), options);
        transport.publisher().publish(event("now"));

        assertThat(TestServer.query(
                        database,
                        "SELECT message->'payload'->>'note' FROM pgmq.q_orders_domain_events"
                                + " WHERE vt <= clock_timestamp()"))
                .containsExactly("now");
        assertThat(TestServer.query(
                        database,
                        "SELECT count(*) FROM pgmq.q_orders_domain_events WHERE vt - enqueued_at"
                                + " BETWEEN interval '3600.123 s' AND interval '3630.123 s'"))
                .containsExactly("3");
    }

    @Test
    void aGroupMayHoldDelayedAndOtherEventsOfSeveralQueues() throws Exception {
        List<CompletableFuture<Void>> futures = IntStream.range(0, 300)
                .mapToObj(i -> transport
                        .publisher()
                        .publishAsync(
                                event("x"),
                                switch (i % 3) {
                                    case 0 -> PublishOptions.defaults();
                                    case 1 -> PublishOptions.defaults().after(Duration.ofHours(1));
                                    default -> PublishOptions.defaults().toNamespace("billing");
                                }))
                .toList();
        CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

        assertThat(TestServer.query(database, COUNT + " WHERE vt > now()")).containsExactly("100");
        assertThat(TestServer.query(database, COUNT + " WHERE vt <= now()")).containsExactly("100");
        assertThat(TestServer.query(database, "SELECT count(*) FROM pgmq.q_billing_domain_events"))
                .containsExactly("100");
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThatExceptionOfType(TaskerException.class)
                .isThrownBy(() -> PublishOptions.defaults().toNamespace("1st"))
                .withMessageContaining("'namespace' is '1st'");
        assertThatExceptionOfType(TaskerException.class)
                .isThrownBy(() -> PublishOptions.defaults().after(Duration.ofMillis(-1)))
                .withMessageContaining("'delay'");
    }
}
