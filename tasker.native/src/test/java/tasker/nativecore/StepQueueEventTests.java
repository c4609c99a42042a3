package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.DeliveryMode;
import tasker.events.api.PublishException;
import tasker.events.api.StepEvent;
import tasker.events.api.StepEvent.Condition;
import tasker.events.api.StepLimits;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.spi.PayloadValidator;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.CollectedMetrics;
import tasker.nativecore.testkit.MemoryStepQueue;
import tasker.nativecore.testkit.NotingHooks;
import tasker.nativecore.testkit.TestHandler;
import tasker.nativecore.testkit.TestTransports;

/** How the events of a step from a durable queue are published: with its result, or after it. */
class StepQueueEventTests {
    private final StepBench steps = new StepBench();
    private final MemoryStepQueue queue = new MemoryStepQueue(Duration.ofMinutes(5));
    private final NotingHooks hooks = new NotingHooks();
    private final TestTransports.Fast fast = new TestTransports.Fast();

    private WorkerSystem start(StepEvent declared) {
        WorkerSystem worker = steps.builder(TestHandler.named("good", context -> StepResult.success(Map.of("total", 3)))
                        .event(declared, hooks))
                .service(new TestTransports.Durable("durable-test"))
                .service(fast)
                .service(new ThrowingValidator())
                .service(queue)
                .build();
        worker.start();
        queue.add(StepRequest.of("good", Map.of()), StepLimits.once());
        return worker;
    }

    private static StepEvent event(DeliveryMode mode) {
        return new StepEvent("order.done", Condition.ALWAYS, mode);
    }

    private static long failed(WorkerSystem worker) {
        return (long) new CollectedMetrics(worker).values().getOrDefault("tasker_step_events_failed_total", -1L);
    }

    @ParameterizedTest
    @EnumSource(DeliveryMode.class)
    void everyHookIsCalledInOrderWhateverTheMode(DeliveryMode mode) throws Exception {
        try (WorkerSystem worker = start(event(mode))) {
            Await.until("it is published", () -> hooks.calls().contains("after"));

            assertThat(hooks.calls()).containsExactly("should", "transform", "metadata", "before", "after");
            assertThat(queue.settled().getFirst().events()).hasSize(mode == DeliveryMode.FAST ? 0 : 1);
            assertThat(fast.recorded().published()).hasSize(mode == DeliveryMode.DURABLE ? 0 : 1);
            assertThat(failed(worker)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"should", "transform", "metadata", "before"})
    void aHookThatThrowsFailsTheEventAndTheStepIsSettled(String bad) throws Exception {
        hooks.throwIn(bad);
        try (WorkerSystem worker = start(event(DeliveryMode.DURABLE))) {
            Await.until("it is settled", () -> queue.settled().size() == 1);

            assertThat(queue.settled().getFirst().events()).isEmpty();
            assertThat(hooks.calls()).endsWith(bad, "error");
            assertThat(failed(worker)).isEqualTo(1);
        }
    }

    @Test
    void aValidatorThatThrowsFailsTheEventAndTheStepIsSettled() throws Exception {
        try (WorkerSystem worker = start(event(DeliveryMode.DURABLE).withSchema("{}"))) {
            Await.until("it is settled", () -> queue.settled().size() == 1);

            assertThat(queue.settled().getFirst().events()).isEmpty();
            assertThat(hooks.errors())
                    .singleElement()
                    .satisfies(error -> assertThat(error).hasMessageStartingWith("TASKER-S112"));
            assertThat(failed(worker)).isEqualTo(1);
        }
    }

    @Test
    void whenTheStoreRefusesTheEventItsPublisherIsTold() throws Exception {
        queue.beforeSettle(settlement -> {
            if (!settlement.events().isEmpty()) {
                throw new PublishException("TASKER-Q103", "refused", false, null);
            }
        });
        try (WorkerSystem worker = start(event(DeliveryMode.DURABLE))) {
            Await.until("it is settled", () -> queue.settled().size() == 1);

            assertThat(hooks.calls()).containsExactly("should", "transform", "metadata", "before", "error");
            assertThat(failed(worker)).isEqualTo(1);
        }
    }

    /** Accept every schema, and throw at every check. */
    private static final class ThrowingValidator implements PayloadValidator {
        @Override
        public String name() {
            return "throwing-validator";
        }

        @Override
        public Schema compile(String schema) {
            return payload -> {
                throw new IllegalStateException("broken");
            };
        }
    }
}
