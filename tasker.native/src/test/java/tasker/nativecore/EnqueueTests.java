package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tasker.events.api.StepLimits;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TraceContext;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.MemoryStepQueue;
import tasker.nativecore.testkit.TestHandler;
import tasker.nativecore.testkit.TestTransports;

/** How a step is put into a durable queue. */
class EnqueueTests {
    private static final StepRequest STEP = StepRequest.of("good", Map.of("order", 7));

    private final StepBench steps = new StepBench();
    private final MemoryStepQueue queue = new MemoryStepQueue(Duration.ofMinutes(5));

    @Test
    void aStepIsAddedToTheQueueWithItsLimitsInTheCallersTrace() throws Exception {
        queue.doNotRead();
        TraceContext caller = new TraceContext("1".repeat(32), "2".repeat(16), true, "");
        try (WorkerSystem worker = steps.builder().service(queue).build()) {
            worker.start();
            caller.run(() -> worker.enqueue(STEP, StepLimits.attempts(3)));

            assertThat(queue.receive(10, Duration.ZERO)).singleElement().satisfies(received -> {
                assertThat(received).hasFieldOrPropertyWithValue("limits", StepLimits.attempts(3));
                assertThat(received).hasFieldOrPropertyWithValue("request", STEP.withTrace(Optional.of(caller)));
            });
        }
    }

    @Test
    void aWorkerThatReadsTheQueueRunsIt() throws Exception {
        try (WorkerSystem worker = steps.builder(TestHandler.named("good", context -> StepResult.success(Map.of())))
                .service(queue)
                .build()) {
            worker.start();
            worker.enqueue(STEP, StepLimits.once());
            Await.until("it is settled", () -> queue.settled().size() == 1);

            assertThat(queue.settled().getFirst().outcome().request()).isEqualTo(STEP);
        }
    }

    @Test
    void whereThereIsNoQueueOneIsToldWhatIsMissing() throws Exception {
        WorkerSystem closed = steps.builder().service(queue).build();
        assertThatThrownBy(() -> closed.enqueue(STEP, StepLimits.once())).hasMessageStartingWith("TASKER-W202");
        closed.close();
        try (WorkerSystem none = steps.start()) {
            assertThatThrownBy(() -> none.enqueue(STEP, StepLimits.once())).hasMessageStartingWith("TASKER-W201");
        }
        try (WorkerSystem other = steps.builder()
                .service(new TestTransports.Durable("durable-test"))
                .build()) {
            other.start();
            assertThatThrownBy(() -> other.enqueue(STEP, StepLimits.once()))
                    .hasMessageStartingWith("TASKER-W211 the durable transport 'durable-test' holds no steps");
        }
    }
}
