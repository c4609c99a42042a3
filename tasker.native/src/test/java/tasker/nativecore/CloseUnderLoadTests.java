package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.StepEvent.Condition;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerMetrics;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.Background;
import tasker.nativecore.testkit.TestHandler;
import tasker.nativecore.testkit.TestTransports;

/** Nothing that was accepted gets lost when a worker is closed in the middle of its work. */
class CloseUnderLoadTests {
    private final Queue<CompletableFuture<StepOutcome>> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<StepOutcome> sink = new ConcurrentLinkedQueue<>();
    private final AtomicInteger published = new AtomicInteger();
    private final TestTransports.Durable durable = new TestTransports.Durable("durable-test");

    @RepeatedTest(5)
    void everyStepThatWasTakenEndsAndEveryEventIsOut() {
        Configuration configuration = Configuration.builder()
                .flag("worker.dispatch-buffer-size", "16", "test")
                .flag("worker.completion-buffer-size", "4", "test")
                .flag("worker.max-concurrent-handlers", "8", "test")
                .build();
        durable.publisher().before(event -> assertThat(durable.calls()).containsExactly("start"));
        WorkerSystem worker = WorkerSystem.builder(configuration)
                .service(durable)
                .service(TestHandler.named("quick", context -> StepResult.success(Map.of()))
                        .event("quick.done", Condition.SUCCESS, DeliveryMode.DURABLE))
                .resultSink(sink::add)
                .build();
        worker.start();
        List<CompletableFuture<Void>> users = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            users.add(Background.run(() -> submitUntilRefused(worker)));
            users.add(Background.run(() -> publishUntilRefused(worker)));
        }
        Await.until("work has begun", () -> sink.size() > 200 && published.get() > 200);

        worker.close();
        users.forEach(CompletableFuture::join);

        assertThat(accepted).allMatch(CompletableFuture::isDone);
        assertThat(sink).hasSize(accepted.size());
        assertThat(worker.metrics())
                .returns((long) accepted.size(), WorkerMetrics::stepsProcessed)
                .returns((long) accepted.size(), WorkerMetrics::stepsSucceeded)
                .returns((long) accepted.size() + published.get(), WorkerMetrics::domainEventsPublished)
                .returns(0L, WorkerMetrics::dispatchChannelPending)
                .returns(0L, WorkerMetrics::completionChannelPending);
        assertThat(durable.publisher().published()).hasSize(accepted.size() + published.get());
    }

    private void submitUntilRefused(WorkerSystem worker) {
        try {
            while (true) {
                accepted.add(worker.submit(StepRequest.of("quick", Map.of())));
            }
        } catch (TaskerException e) {
            assertThat(e.code()).isEqualTo("TASKER-W202");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void publishUntilRefused(WorkerSystem worker) {
        DomainEvent event = DomainEvent.of("order.created", Map.of(), "test");
        try {
            while (true) {
                worker.publish(event, DeliveryMode.DURABLE);
                published.incrementAndGet();
            }
        } catch (TaskerException e) {
            assertThat(e.code()).isEqualTo("TASKER-W202");
        }
    }
}
