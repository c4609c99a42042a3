package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tasker.events.api.HealthStatus;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.HealthReport;
import tasker.events.api.spi.QueueStatus;

/** Which queues there are, how full they are, and who may read them. */
class QueuesIT extends EventsFixture {

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
    void healthTellsDeadLettersAndTheGaugesAgree() throws Exception {
        transport.publisher().publishAll(List.of(event(1), event(2)));
        assertThat(TestWorker.healthOf(transport, HealthStatus.HEALTHY).details())
                .containsEntry("queue_length", 2)
                .containsEntry("dead_letters", 0)
                .containsEntry("schema", "tasker-pgmq schema " + CompatibleSchema.VERSION);

        try (DurableEventConsumer consumer = consumer(30, 5)) {
            consumer.deadLetter(consumer.receive(1, NO_WAIT).getFirst(), "no", Optional.empty());
        }

        assertThat(TestWorker.healthOf(transport, HealthStatus.DEGRADED)
                        .message()
                        .orElseThrow())
                .contains("1 dead letter in ");
        assertThat(TestWorker.gauges(transport))
                .containsEntry("tasker_pgmq_queue_length{queue=orders_domain_events}", 1.0)
                .containsEntry("tasker_pgmq_queue_length{queue=orders_domain_events_dlq}", 1.0)
                .containsEntry("tasker_pgmq_pool_max_connections", 8.0);
    }

    @Test
    void anEventThatWaitsTooLongDegradesTheHealthWhereThatIsSet() throws Exception {
        PgmqTransport strict = TestWorker.start(new TestWorker(database, "Orders").with("degraded-queue-age-ms", "1"));
        try {
            TestWorker.healthOf(strict, HealthStatus.HEALTHY);

            transport.publisher().publish(event(1));

            HealthReport old = TestWorker.healthOf(strict, HealthStatus.DEGRADED);
            assertThat(old.message().orElseThrow()).contains("degraded-queue-age-ms");
            assertThat(old.details()).containsKey("queue_oldest_age_seconds");
            TestWorker.healthOf(transport, HealthStatus.HEALTHY);
        } finally {
            strict.close();
        }
    }
}
