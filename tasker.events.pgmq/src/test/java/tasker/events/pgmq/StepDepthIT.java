package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import tasker.events.api.ComponentHealth;
import tasker.events.api.HealthStatus;
import tasker.events.api.StepLimits;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.DatabaseSettings;

/** What is told of the queue of steps, and what its messages' headers bring along. */
class StepDepthIT {
    private static final StepResult DONE = StepResult.success(Map.of());
    private static final String QUEUE = "{queue=worker_orders_queue}";
    private static final String DEAD = "{queue=worker_orders_queue_dlq}";

    private final DatabaseSettings database = TestServer.newDatabase();

    private static ComponentHealth pgmq(StepWorker worker) {
        return Objects.requireNonNull(worker.system().health().components().get("pgmq"));
    }

    @Test
    void theDepthAndTheAgeOfTheQueueAreGaugesAndInHealth() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (StepWorker worker = StepWorker.start(
                database,
                "charge",
                context -> {
                    goOn.await();
                    return DONE;
                },
                "pgmq.degraded-queue-length",
                "20",
                "worker.health-timeout-ms",
                "60000")) {
            StepWorker.send(database, List.of());
            Until.isTrue(
                    "the empty queue is measured", () -> pgmq(worker).details().containsKey("step_queue_length"));
            assertThat(pgmq(worker).status()).isEqualTo(HealthStatus.HEALTHY);
            assertThat(worker.gauges())
                    .containsEntry("tasker_pgmq_queue_length" + QUEUE, 0.0)
                    .containsEntry("tasker_pgmq_queue_oldest_age_seconds" + QUEUE, 0.0);

            StepWorker.sendNumbered(database, "charge", 20);
            Until.isTrue("as many run as may", () -> worker.runs().size() == 16);

            ComponentHealth health = pgmq(worker);
            assertThat(health.status()).isEqualTo(HealthStatus.DEGRADED);
            assertThat(health.message().orElse(""))
                    .isEqualTo("20 steps wait in 'worker_orders_queue' (pgmq.degraded-queue-length)");
            assertThat(health.details())
                    .containsEntry("step_queue", "worker_orders_queue")
                    .containsEntry("step_queue_length", 20)
                    .containsEntry("step_queue_visible_length", 4)
                    .containsEntry("step_dead_letters", 0)
                    .containsKey("step_queue_oldest_age_seconds");
            assertThat(worker.gauges())
                    .containsEntry("tasker_pgmq_queue_length" + QUEUE, 20.0)
                    .containsEntry("tasker_pgmq_queue_visible_length" + QUEUE, 4.0)
                    .containsEntry("tasker_pgmq_queue_length" + DEAD, 0.0)
                    .hasEntrySatisfying(
                            "tasker_pgmq_queue_oldest_age_seconds" + QUEUE,
                            age -> assertThat(age).isPositive());
            goOn.countDown();
            Until.isTrue("all are settled", () -> worker.fate("settled") == 20);
            assertThat(pgmq(worker).details())
                    .containsEntry("step_queue_length", 0)
                    .doesNotContainKey("step_queue_oldest_age_seconds");
        }
    }

    @Test
    void deadStepsDegradeHealth() throws Exception {
        try (StepWorker worker =
                StepWorker.start(database, "charge", context -> DONE, "worker.health-timeout-ms", "60000")) {
            StepWorker.send(database, List.of("{\"input\": {}}"));
            Until.isTrue("it is dead", () -> worker.fate("malformed") == 1);
            Until.isTrue(
                    "that is told",
                    () -> pgmq(worker)
                            .message()
                            .equals(Optional.of(
                                    "1 dead letter in 'worker_orders_queue_dlq' (pgmq.degraded-dead-letters)")));
        }
    }

    @Test
    void theTraceOfTheHeadersReachesTheHandlerAndItsEvents() throws Exception {
        String trace = "1".repeat(32);
        String traceparent = "00-" + trace + "-" + "2".repeat(16) + "-01";
        Queue<TraceContext> seen = new ConcurrentLinkedQueue<>();
        try (StepWorker worker = StepWorker.start(database, "charge", context -> {
            context.trace().ifPresent(seen::add);
            return DONE;
        })) {
            StepWorker.send(database, List.of());
            TestServer.sql(
                    database,
                    "SELECT pgmq.send('worker_orders_queue', '{\"handler\": \"charge\"}'::jsonb,"
                            + " '{\"traceparent\": \"" + traceparent + "\", \"tracestate\": \"a=b\"}'::jsonb)");
            Until.isTrue("it is settled", () -> worker.fate("settled") == 1);

            assertThat(seen).singleElement().satisfies(context -> {
                assertThat(context.traceId()).isEqualTo(trace);
                assertThat(context.traceState()).isEqualTo("a=b");
            });
            assertThat(TestServer.query(
                            database,
                            "SELECT substr(headers->>'traceparent', 4, 32) || ' ' || (headers->>'tracestate') FROM "
                                    + StepWorker.EVENTS))
                    .containsExactly(trace + " a=b");
        }
    }

    @Test
    void aStepThatAWorkerAddsIsRunByAnotherAndTheQueueIsMadeWhereItIsMissing() throws Exception {
        StepRequest request = StepRequest.of("charge", Map.of("number", 7));
        try (StepWorker adding = StepWorker.start(database, "other", context -> DONE, "pgmq.steps", "false")) {
            adding.system().enqueue(request, StepLimits.attempts(3).withTimeout(Duration.ofSeconds(9)));
        }
        assertThat(TestServer.query(database, "SELECT message->'limits'->>'timeout_ms' FROM " + StepWorker.STEPS))
                .containsExactly("9000");
        try (StepWorker worker = StepWorker.start(database, "charge", context -> DONE)) {
            Until.isTrue("it is settled", () -> worker.fate("settled") == 1);
            assertThat(worker.runs()).containsExactly(request);
        }
    }

    @Test
    void theTraceOfTheMessageItselfComesFirstAndMalformedHeadersAreIgnored() throws Exception {
        String own = "00-" + "3".repeat(32) + "-" + "4".repeat(16) + "-00";
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        try (StepWorker worker = StepWorker.start(database, "charge", context -> {
            seen.add(context.trace().map(TraceContext::traceId).orElse("none"));
            return DONE;
        })) {
            StepWorker.send(database, List.of());
            for (String headers : List.of("{\"traceparent\": \"00-x\"}", "[1]", "5")) {
                TestServer.sql(
                        database,
                        "SELECT pgmq.send('worker_orders_queue', '{\"handler\": \"charge\"}'::jsonb, '" + headers
                                + "'::jsonb)");
            }
            TestServer.sql(
                    database,
                    "SELECT pgmq.send('worker_orders_queue', '{\"handler\": \"charge\", \"traceparent\": \"" + own
                            + "\"}'::jsonb, '{\"traceparent\": \"00-" + "5".repeat(32) + "-" + "6".repeat(16)
                            + "-01\"}'::jsonb)");
            Until.isTrue("all are settled", () -> worker.fate("settled") == 4);

            assertThat(seen).containsExactlyInAnyOrder("none", "none", "none", "3".repeat(32));
        }
    }
}
