package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tasker.events.api.DeliveryMode;
import tasker.events.api.PublishException;
import tasker.events.api.StepEvent.Condition;
import tasker.events.api.StepLimits;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.CollectedMetrics;
import tasker.nativecore.testkit.Latches;
import tasker.nativecore.testkit.MemoryStepQueue;
import tasker.nativecore.testkit.TestHandler;

/** How a queue of steps is read: whether at all, how often, and for how long. */
class StepQueueReadTests {
    private static final StepResult DONE = StepResult.success(Map.of());

    private final StepBench steps = new StepBench();

    private WorkerSystem start(MemoryStepQueue queue, TestHandler handler) {
        WorkerSystem worker = steps.builder(handler).service(queue).build();
        worker.start();
        return worker;
    }

    private static long fate(WorkerSystem worker, String fate) {
        return (long) new CollectedMetrics(worker)
                .values()
                .getOrDefault("tasker_queue_steps_total{fate=" + fate + ", queue=memory-steps}", -1L);
    }

    @Test
    void aQueueThatIsSwitchedOffIsNotRead() {
        MemoryStepQueue queue = new MemoryStepQueue(Duration.ofMinutes(5));
        queue.doNotRead();
        try (WorkerSystem worker = start(queue, TestHandler.named("good", context -> DONE))) {
            assertThat(new CollectedMetrics(worker).values())
                    .doesNotContainKey("tasker_queue_steps_received_total{queue=memory-steps}");
        }
    }

    @Test
    void aStepThatRunsLongerThanItsVisibilityIsExtendedAndRunOnce() throws Exception {
        MemoryStepQueue queue = new MemoryStepQueue(Duration.ofSeconds(2));
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        queue.add(StepRequest.of("long", Map.of()), StepLimits.once());
        try (WorkerSystem worker = start(queue, TestHandler.named("long", context -> {
            runs.incrementAndGet();
            Latches.await(release);
            return DONE;
        }))) {
            Await.until("it was extended", () -> queue.extensions() >= 4);
            release.countDown();
            Await.until("it is settled", () -> fate(worker, "settled") == 1);
            assertThat(runs).hasValue(1);
        }
    }

    @Test
    void aStepThatWasBegunTooOftenIsDead() throws Exception {
        MemoryStepQueue queue = new MemoryStepQueue(Duration.ofMinutes(5));
        queue.add(StepRequest.of("good", Map.of()), StepLimits.once());
        queue.readInVain(50);
        try (WorkerSystem worker = start(queue, TestHandler.named("good", context -> DONE))) {
            Await.until("it is dead", () -> !queue.dead().isEmpty());
            assertThat(fate(worker, "read_too_often")).isEqualTo(1);
            assertThat(queue.dead().values()).singleElement().asString().startsWith("TASKER-S109");
        }
    }

    @Test
    void manyAttemptsAreNoReasonToGiveAStepUp() throws Exception {
        MemoryStepQueue queue = new MemoryStepQueue(Duration.ofMinutes(5));
        queue.add(
                StepRequest.of("bad", Map.of()), StepLimits.attempts(80).withRetryDelays(Duration.ZERO, Duration.ZERO));
        try (WorkerSystem worker =
                start(queue, TestHandler.named("bad", context -> StepResult.retryableFailure("not now")))) {
            Await.until("it is settled", () -> fate(worker, "settled") == 1);
            assertThat(queue.settled().getFirst().outcome().request().attempt()).isEqualTo(80);
            assertThat(queue.dead()).isEmpty();
        }
    }

    @Test
    void eventsThatTheStoreRefusesDoNotKeepTheirStepFromBeingSettled() throws Exception {
        MemoryStepQueue queue = new MemoryStepQueue(Duration.ofMinutes(5));
        queue.beforeSettle(settlement -> {
            if (!settlement.events().isEmpty()) {
                throw new PublishException("TASKER-Q103", "refused", false, null);
            }
        });
        queue.add(StepRequest.of("told", Map.of()), StepLimits.once());
        try (WorkerSystem worker = start(
                queue,
                TestHandler.named("told", context -> DONE)
                        .event("told.durable", Condition.SUCCESS, DeliveryMode.DURABLE))) {
            Await.until("it is settled", () -> queue.settled().size() == 1);
            assertThat(queue.settled().getFirst().events()).isEqualTo(List.of());
            Await.until(
                    "the event is counted as failed",
                    () -> Long.valueOf(1)
                            .equals(new CollectedMetrics(worker).values().get("tasker_step_events_failed_total")));
        }
    }
}
