package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tasker.events.api.StepLimits;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.StepResult.FailureKind;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerMetrics;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.CollectedMetrics;
import tasker.nativecore.testkit.Latches;
import tasker.nativecore.testkit.TestHandler;

/** How failed steps are tried again, and what becomes of steps that find no room. */
class RetryTests {
    private static final StepResult DONE = StepResult.success(Map.of());

    private final StepBench steps = new StepBench();

    @Test
    void aRetryableFailureIsTriedAgainUntilItSucceeds() throws Exception {
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        try (WorkerSystem worker = steps.start(TestHandler.named("flaky", context -> {
            attempts.add(context.request().attempt());
            if (attempts.size() < 3) {
                throw new IllegalStateException("not yet");
            }
            return DONE;
        }))) {
            StepOutcome outcome =
                    worker.submit(StepRequest.of("flaky", Map.of()), quick(5)).join();

            assertThat(outcome.result()).isEqualTo(DONE);
            assertThat(outcome.request().attempt()).isEqualTo(3);
            assertThat(attempts).containsExactly(1, 2, 3);
            assertThat(worker.metrics())
                    .as("a step counts once, a throw each time")
                    .returns(1L, WorkerMetrics::stepsProcessed)
                    .returns(1L, WorkerMetrics::stepsSucceeded)
                    .returns(2L, WorkerMetrics::handlerErrors);
            assertThat(new CollectedMetrics(worker).values())
                    .containsEntry("tasker_step_retries_total{handler=flaky}", 2L)
                    .containsEntry("tasker_step_duration_seconds{handler=flaky}", 3L);
        }
        assertThat(steps.results()).as("the sink has the last attempt alone").hasSize(1);
    }

    @Test
    void theLastAttemptIsTheMaximum() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        try (WorkerSystem worker = steps.start(TestHandler.named("bad", context -> {
            ran.incrementAndGet();
            return StepResult.retryableFailure("never");
        }))) {
            StepOutcome outcome =
                    worker.submit(StepRequest.of("bad", Map.of()), quick(4)).join();

            assertThat(outcome.result()).isEqualTo(StepResult.retryableFailure("never"));
            assertThat(ran).hasValue(4);
        }
    }

    @Test
    void aPermanentFailureIsNotTriedAgain() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        try (WorkerSystem worker = steps.start(TestHandler.named("bad", context -> {
            ran.incrementAndGet();
            return StepResult.permanentFailure("nonsense");
        }))) {
            worker.submit(StepRequest.of("bad", Map.of()), quick(4)).join();

            assertThat(ran).hasValue(1);
        }
    }

    @Test
    void aStepsOwnTimeoutCutsItAndATimeoutIsTriedAgain() throws Exception {
        steps.configuration().flag("worker.interrupt-grace-ms", "60000", "test");
        AtomicInteger ran = new AtomicInteger();
        try (WorkerSystem worker = steps.start(TestHandler.named("slow", context -> {
            if (ran.incrementAndGet() < 3) {
                new CountDownLatch(1).await();
            }
            return DONE;
        }))) {
            // On a machine that stands still for so long, an attempt that hangs no more is cut as well.
            StepLimits limits = quick(100).withTimeout(Duration.ofMillis(20));

            StepOutcome outcome =
                    worker.submit(StepRequest.of("slow", Map.of()), limits).join();

            assertThat(outcome.result()).isEqualTo(DONE);
            assertThat(outcome.request().attempt()).isGreaterThanOrEqualTo(3);
            assertThat(worker.metrics())
                    .returns(outcome.request().attempt() - 1L, WorkerMetrics::timeoutErrors)
                    .returns(0L, WorkerMetrics::stepsFailed);
        }
    }

    @Test
    void aHandlerThatIgnoresItsInterruptIsNotRunASecondTimeBesideItself() throws Exception {
        steps.configuration().flag("worker.interrupt-grace-ms", "10", "test");
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        try (WorkerSystem worker = steps.start(TestHandler.named("stubborn", context -> {
            ran.incrementAndGet();
            Latches.awaitStubbornly(release);
            return DONE;
        }))) {
            StepLimits limits = quick(3).withTimeout(Duration.ofMillis(10));
            StepResult result = worker.submit(StepRequest.of("stubborn", Map.of()), limits)
                    .join()
                    .result();

            assertThat(result).extracting("kind").isEqualTo(FailureKind.TIMEOUT);
            Await.until("the handler runs", () -> ran.get() > 0);
            assertThat(ran).hasValue(1);
            assertThat(new CollectedMetrics(worker).values())
                    .containsEntry("tasker_handlers_abandoned_total{handler=stubborn}", 1L);
            release.countDown();
        }
    }

    @Test
    void whatWaitsForItsNextAttemptEndsWhenTheWorkerIsClosed() throws Exception {
        steps.configuration().flag("worker.shutdown-timeout-ms", "50", "test");
        WorkerSystem worker = steps.start(TestHandler.named("bad", context -> StepResult.retryableFailure("never")));
        CompletableFuture<StepOutcome> waiting = worker.submit(
                StepRequest.of("bad", Map.of()),
                StepLimits.attempts(2).withRetryDelays(Duration.ofHours(1), Duration.ofHours(1)));
        Await.until("it waits", () -> value(worker, "tasker_step_retries_waiting") == 1);

        worker.close();

        assertThat(waiting.join().result()).extracting("reason").asString().startsWith("TASKER-S104");
    }

    @Test
    void stepsThatWaitForTheirNextAttemptAreBoundedToo() throws Exception {
        steps.configuration()
                .flag("worker.dispatch-buffer-size", "4", "test")
                .flag("worker.dispatch-when-full", "refuse", "test")
                .flag("worker.shutdown-timeout-ms", "50", "test")
                .flag("worker.max-concurrent-handlers", "2", "test");
        StepLimits patient = StepLimits.attempts(2).withRetryDelays(Duration.ofHours(1), Duration.ofHours(1));
        try (WorkerSystem worker =
                steps.start(TestHandler.named("bad", context -> StepResult.retryableFailure("never")))) {
            int taken = 0;
            try {
                for (; taken < 1_000; taken++) {
                    CompletableFuture<StepOutcome> ignored = worker.submit(StepRequest.of("bad", Map.of()), patient);
                    int all = taken + 1;
                    Await.until("it waits to start, or to be tried again", () -> waiting(worker) == all);
                }
            } catch (TaskerException e) {
                assertThat(e.code()).isEqualTo("TASKER-S110");
            }
            assertThat(taken).isBetween(8, 10);
            assertThat(value(worker, "tasker_step_retries_waiting")).isBetween(4.0, 5.0);
        }
    }

    @Test
    void aFullChannelRefusesWhenItIsToldTo() throws Exception {
        steps.configuration()
                .flag("worker.max-concurrent-handlers", "1", "test")
                .flag("worker.dispatch-buffer-size", "2", "test")
                .flag("worker.dispatch-when-full", "refuse", "test");
        CountDownLatch release = new CountDownLatch(1);
        try (WorkerSystem worker = steps.start(TestHandler.named("slow", context -> {
            Latches.await(release);
            return DONE;
        }))) {
            List<CompletableFuture<StepOutcome>> taken = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                taken.add(worker.submit(StepRequest.of("slow", Map.of())));
            }

            assertThatThrownBy(() -> worker.submit(StepRequest.of("slow", Map.of())))
                    .isInstanceOf(TaskerException.class)
                    .hasMessageStartingWith("TASKER-S110 the dispatch channel is full, 2 steps wait");
            assertThat(new CollectedMetrics(worker).values())
                    .containsEntry("tasker_steps_submitted_total", 4L)
                    .containsEntry("tasker_steps_refused_total{reason=full}", 1L);
            release.countDown();
            taken.forEach(CompletableFuture::join);
        }
    }

    private static double waiting(WorkerSystem worker) {
        return worker.metrics().dispatchChannelPending() + value(worker, "tasker_step_retries_waiting");
    }

    private static double value(WorkerSystem worker, String name) {
        return (double) new CollectedMetrics(worker).values().getOrDefault(name, Double.NaN);
    }

    private static StepLimits quick(int attempts) {
        return StepLimits.attempts(attempts).withRetryDelays(Duration.ofMillis(1), Duration.ofMillis(2));
    }
}
