package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.HealthCheck;
import tasker.events.api.StepEvent.Condition;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerMetrics;
import tasker.events.api.WorkerState;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.TestHandler;
import tasker.nativecore.testkit.TestTransports;

class WorkerSystemTests {
    private final TestTransports.Durable durable = new TestTransports.Durable("durable-test");
    private final TestTransports.Fast fast = new TestTransports.Fast();

    @Test
    void stepsRunAndTheirEventsAreCountedOnBothPaths() throws Exception {
        List<StepOutcome> sink = new ArrayList<>();
        try (WorkerSystem worker = builder()
                .service(TestHandler.named("greet", context -> StepResult.success(Map.of("said", "hello")))
                        .event("greeting.said", Condition.SUCCESS, DeliveryMode.BROADCAST)
                        .event("greeting.failed", Condition.FAILURE, DeliveryMode.DURABLE))
                .resultSink(sink::add)
                .build()) {
            worker.start();
            List<CompletableFuture<StepOutcome>> futures = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                futures.add(worker.submit(StepRequest.of("greet", Map.of("number", i))));
            }
            futures.forEach(CompletableFuture::join);
            Await.until("events are out", () -> fast.recorded().published().size() == 100);

            assertThat(durable.publisher().published()).hasSize(100).allSatisfy(event -> {
                assertThat(event.eventType()).isEqualTo("greeting.said");
                assertThat(event.payload()).containsEntry("output", Map.of("said", "hello"));
            });
            assertThat(sink).hasSize(100);
            Await.until("events are counted", () -> worker.metrics().domainEventsPublished() == 100);
            WorkerMetrics metrics = worker.metrics();
            assertThat(metrics.stepsProcessed()).isEqualTo(100);
            assertThat(metrics.stepsSucceeded()).isEqualTo(100);
            assertThat(metrics.domainEventsDropped()).isEqualTo(7);
            assertThat(metrics.p99ExecutionTimeMs()).isPositive();
            HealthCheck health = worker.health();
            assertThat(health.isHealthy()).as("%s", health).isTrue();
            assertThat(worker.isLive()).isTrue();
        }
        assertThat(durable.calls()).containsExactly("start", "close");
    }

    @Test
    void aWorkerThatIsNotRunningRefusesWork() throws Exception {
        WorkerSystem worker = builder().build();
        DomainEvent event = DomainEvent.of("order.created", Map.of(), "test");

        assertThatThrownBy(() -> worker.publish(event, DeliveryMode.DURABLE))
                .isInstanceOfSatisfying(
                        TaskerException.class, e -> assertThat(e.code()).isEqualTo("TASKER-W202"));
        worker.start();
        worker.publish(event, DeliveryMode.DURABLE);
        worker.close();

        assertThat(worker.state()).isEqualTo(WorkerState.STOPPED);
        assertThatThrownBy(() -> worker.publish(event, DeliveryMode.DURABLE)).hasMessageContaining("TASKER-W202");
        assertThat(worker.publishAsync(event, DeliveryMode.DURABLE)).isCompletedExceptionally();
    }

    private WorkerSystemBuilder builder() {
        return WorkerSystem.builder(Configuration.builder()
                        .flag("worker.health-timeout-ms", "60000", "test")
                        .flag("worker.metrics-timeout-ms", "60000", "test")
                        .build())
                .service(durable)
                .service(fast);
    }
}
