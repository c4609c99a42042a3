package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import tasker.events.api.DeliveryMode;
import tasker.events.api.ResultRefusedException;
import tasker.events.api.StepEvent.Condition;
import tasker.events.api.StepLimits;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerMetrics;
import tasker.events.api.spi.StepSettlement;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.CollectedMetrics;
import tasker.nativecore.testkit.Latches;
import tasker.nativecore.testkit.MemoryStepQueue;
import tasker.nativecore.testkit.TestHandler;
import tasker.nativecore.testkit.TestTransports;

/** How steps go from a durable queue to their settled results. */
class StepQueueTests {
    private static final StepResult DONE = StepResult.success(Map.of());
    private static final Duration LONG = Duration.ofMinutes(5);

    private final StepBench steps = new StepBench();
    private final MemoryStepQueue queue = new MemoryStepQueue(LONG);

    @Test
    void aStepIsSettledWithItsResultAndOnlyThenIsItGone() throws Exception {
        StepRequest request = StepRequest.of("good", Map.of("order", 7));
        queue.add(request, StepLimits.once());
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (WorkerSystem worker = start(TestHandler.named("good", context -> {
            begun.countDown();
            Latches.await(release);
            return DONE;
        }))) {
            Latches.await(begun);
            assertThat(queue.size()).as("while it runs").isEqualTo(1);

            release.countDown();
            Await.until("it is settled", () -> queue.size() == 0);
            assertThat(queue.settled()).singleElement().satisfies(settlement -> {
                assertThat(settlement.outcome().request()).isEqualTo(request);
                assertThat(settlement.outcome().result()).isEqualTo(DONE);
            });
            Await.until("the sink has it, too", () -> steps.results().size() == 1);
            assertThat(fates(worker)).containsEntry("settled", 1L);
        }
    }

    @Test
    void noMoreStepsAreTakenThanHandlersMayRun() throws Exception {
        steps.configuration().flag("worker.max-concurrent-handlers", "3", "test");
        CountDownLatch release = new CountDownLatch(1);
        for (int i = 0; i < 10; i++) {
            queue.add(StepRequest.of("slow", Map.of()), StepLimits.once());
        }
        try (WorkerSystem worker = start(TestHandler.named("slow", context -> {
            Latches.await(release);
            return DONE;
        }))) {
            Await.until("three run", () -> worker.metrics().stepsInProgress() == 3);
            assertThat(received(worker)).isEqualTo(3);

            release.countDown();
            Await.until("all are settled", () -> queue.settled().size() == 10);
            assertThat(queue.mostAsked()).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void aFailedStepComesBackWithTheNextAttemptUntilItHasNoneLeft() throws Exception {
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        queue.add(
                StepRequest.of("bad", Map.of()),
                StepLimits.attempts(3).withRetryDelays(Duration.ofMillis(1), Duration.ofMillis(2)));
        try (WorkerSystem worker = start(TestHandler.named("bad", context -> {
            attempts.add(context.request().attempt());
            return StepResult.retryableFailure("not now");
        }))) {
            Await.until("it is settled", () -> queue.settled().size() == 1);

            assertThat(attempts).containsExactly(1, 2, 3);
            Await.until("that is counted", () -> fates(worker).getOrDefault("settled", 0L) == 1);
            assertThat(fates(worker)).containsEntry("retried", 2L).containsEntry("settled", 1L);
            assertThat(queue.settled().getFirst().outcome().request().attempt()).isEqualTo(3);
        }
    }

    @Test
    void aStepWhoseHandlerIsLeftBehindIsNotTriedAgain() throws Exception {
        steps.configuration().flag("worker.handler-timeout-ms", "1", "test");
        steps.configuration().flag("worker.interrupt-grace-ms", "1", "test");
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        queue.add(
                StepRequest.of("deaf", Map.of()),
                StepLimits.attempts(3).withRetryDelays(Duration.ofMillis(1), Duration.ofMillis(2)));
        try (WorkerSystem worker = start(TestHandler.named("deaf", context -> {
            begun.incrementAndGet();
            awaitIgnoringInterrupts(release);
            return DONE;
        }))) {
            Await.until("it is settled", () -> queue.settled().size() == 1);

            assertThat(begun).hasValue(1);
            assertThat(queue.settled().getFirst().outcome()).satisfies(outcome -> {
                assertThat(outcome.request().attempt()).isEqualTo(1);
                assertThat(outcome.result())
                        .asInstanceOf(InstanceOfAssertFactories.type(StepResult.Failure.class))
                        .returns(StepResult.FailureKind.TIMEOUT, StepResult.Failure::kind);
            });
            assertThat(fates(worker)).containsEntry("retried", 0L);
        } finally {
            release.countDown();
        }
    }

    @Test
    void aResultThatIsRefusedForGoodBringsTheStepToTheDeadLetters() throws Exception {
        queue.beforeSettle(settlement -> {
            throw new ResultRefusedException("too odd to keep", null);
        });
        queue.add(StepRequest.of("good", Map.of()), StepLimits.attempts(5));
        try (WorkerSystem worker = start(TestHandler.named("good", context -> DONE))) {
            Await.until("that is counted", () -> fates(worker).getOrDefault("result_refused", 0L) == 1);

            assertThat(queue.dead().values()).containsExactly("TASKER-S113 too odd to keep");
            assertThat(queue.size()).isZero();
            assertThat(fates(worker)).containsEntry("settled", 0L).containsEntry("retried", 0L);
        }
    }

    @Test
    void aStepWithoutAHandlerIsLeftAloneAndCounted() throws Exception {
        MemoryStepQueue impatient = new MemoryStepQueue(Duration.ofMillis(20));
        impatient.add(StepRequest.of("elsewhere", Map.of()), StepLimits.once());
        try (WorkerSystem worker = steps.builder(TestHandler.named("good", context -> DONE))
                .service(impatient)
                .build()) {
            worker.start();
            Await.until("it has come back", () -> fates(worker).getOrDefault("unknown_handler", 0L) >= 2);

            assertThat(impatient.size()).isEqualTo(1);
            assertThat(impatient.dead()).isEmpty();
        }
    }

    @Test
    void aMalformedMessageGoesToTheDeadLettersWithTheReason() throws Exception {
        queue.addMalformed("'handler' is required");
        queue.add(StepRequest.of("good", Map.of()), StepLimits.once());
        try (WorkerSystem worker = start(TestHandler.named("good", context -> DONE))) {
            Await.until("the good one is settled", () -> queue.settled().size() == 1);

            assertThat(queue.dead()).containsValue("'handler' is required");
            assertThat(fates(worker)).containsEntry("malformed", 1L);
        }
    }

    @Test
    void durableEventsAreSettledWithTheResultAndFastOnesFollow() throws Exception {
        TestTransports.Fast fast = new TestTransports.Fast();
        queue.add(StepRequest.of("told", Map.of()), StepLimits.once());
        try (WorkerSystem worker = steps.builder(TestHandler.named("told", context -> DONE)
                        .event("told.durable", Condition.SUCCESS, DeliveryMode.DURABLE)
                        .event("told.broadcast", Condition.ALWAYS, DeliveryMode.BROADCAST)
                        .event("told.failed", Condition.FAILURE, DeliveryMode.DURABLE)
                        .event("told.fast", Condition.SUCCESS, DeliveryMode.FAST))
                .service(queue)
                .service(fast)
                .build()) {
            worker.start();
            Await.until(
                    "the fast ones are out", () -> fast.recorded().published().size() == 2);

            StepSettlement settlement = queue.settled().getFirst();
            assertThat(settlement.events())
                    .extracting(event -> event.eventType())
                    .containsExactly("told.durable", "told.broadcast");
            assertThat(fast.recorded().published()).contains(settlement.events().get(1));
            Await.until("all are counted", () -> worker.metrics().domainEventsPublished() == 3);
        }
    }

    @Test
    void aSettlingThatFailsIsTriedAgainAndOneThatCameTooLateIsDropped() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        queue.beforeSettle(settlement -> {
            if (tries.incrementAndGet() < 3) {
                throw new TaskerException("TASKER-Q101", "the database is away");
            }
        });
        queue.add(StepRequest.of("good", Map.of()), StepLimits.once());
        try (WorkerSystem worker = start(TestHandler.named("good", context -> DONE))) {
            Await.until("it is settled", () -> queue.settled().size() == 1);
            assertThat(tries).hasValue(3);
            assertThat(worker.metrics()).returns(1L, WorkerMetrics::stepsProcessed);
        }
    }

    @Test
    void aStepThatIsCutOffByTheCloseComesBackAtOnceWithTheSameAttempt() throws Exception {
        steps.configuration().flag("worker.shutdown-timeout-ms", "50", "test");
        CountDownLatch begun = new CountDownLatch(1);
        queue.add(StepRequest.of("long", Map.of()), StepLimits.attempts(5));
        WorkerSystem worker = start(TestHandler.named("long", context -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return DONE;
        }));
        Latches.await(begun);

        worker.close();

        assertThat(queue.settled()).isEmpty();
        assertThat(queue.receive(1, Duration.ZERO))
                .singleElement()
                .satisfies(step -> assertThat(step)
                        .extracting("request.attempt", "readCount")
                        .containsExactly(1, 2));
    }

    private static void awaitIgnoringInterrupts(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException ignored) {
                // That is what is tested.
            }
        }
    }

    private WorkerSystem start(TestHandler handler) {
        WorkerSystem worker = steps.builder(handler).service(queue).build();
        worker.start();
        return worker;
    }

    private static long received(WorkerSystem worker) {
        return (long) new CollectedMetrics(worker)
                .values()
                .getOrDefault("tasker_queue_steps_received_total{queue=memory-steps}", -1L);
    }

    private static Map<String, Long> fates(WorkerSystem worker) {
        Map<String, Long> fates = new HashMap<>();
        new CollectedMetrics(worker).values().forEach((name, value) -> {
            if (name.startsWith("tasker_queue_steps_total{fate=")) {
                fates.put(name.substring(name.indexOf("fate=") + 5, name.indexOf(',')), (Long) value);
            }
        });
        return fates;
    }
}
