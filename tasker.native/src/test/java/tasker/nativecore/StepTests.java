package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tasker.nativecore.StepBench.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import tasker.events.api.ComponentHealth;
import tasker.events.api.HealthStatus;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerMetrics;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.CollectedMetrics;
import tasker.nativecore.testkit.Latches;
import tasker.nativecore.testkit.TestHandler;

/** How steps go from submission through the bounded channels to the result sink. */
class StepTests {
    private static final StepResult DONE = StepResult.success(Map.of());

    private final StepBench steps = new StepBench();

    @Test
    void atMostSoManyHandlersRunAtOnce() throws Exception {
        steps.configuration().flag("worker.max-concurrent-handlers", "3", "test");
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch three = new CountDownLatch(3);
        try (WorkerSystem worker = steps.start(TestHandler.named("counted", context -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            three.countDown();
            Latches.await(three);
            running.decrementAndGet();
            return DONE;
        }))) {
            List<CompletableFuture<StepOutcome>> futures = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                futures.add(worker.submit(StepRequest.of("counted", Map.of())));
            }
            futures.forEach(CompletableFuture::join);

            assertThat(most).hasValue(3);
        }
    }

    @Test
    void submitWaitsWhileTheDispatchChannelIsFullAndWhatWaitsIsCounted() throws Exception {
        steps.configuration()
                .flag("worker.max-concurrent-handlers", "1", "test")
                .flag("worker.dispatch-buffer-size", "2", "test");
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (WorkerSystem worker = steps.start(TestHandler.named("slow", context -> {
            begun.countDown();
            Latches.await(release);
            return DONE;
        }))) {
            List<CompletableFuture<StepOutcome>> futures = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                futures.add(worker.submit(StepRequest.of("slow", Map.of())));
            }
            Latches.await(begun);
            Await.until("one runs and two wait", () -> worker.metrics().dispatchChannelPending() == 2);
            assertThat(worker.metrics())
                    .returns(1L, WorkerMetrics::stepsInProgress)
                    .returns(1.0, WorkerMetrics::dispatchChannelSaturation);

            CompletableFuture<StepOutcome> fourth = new CompletableFuture<>();
            Thread waiting = Thread.ofVirtual().start(() -> {
                try {
                    fourth.complete(run(worker, "slow"));
                } catch (InterruptedException e) {
                    fourth.completeExceptionally(e);
                }
            });
            Await.until("the fourth waits", () -> waiting.getState() == Thread.State.TIMED_WAITING);
            assertThat(fourth).isNotDone();
            assertThat(worker.metrics().dispatchChannelPending()).isEqualTo(2);

            release.countDown();
            assertThat(fourth.join().result()).isEqualTo(DONE);
            assertThat(futures)
                    .allSatisfy(future -> assertThat(future.join().result()).isEqualTo(DONE));
        }
    }

    @Test
    void anInterruptedSubmitTakesNothing() throws Exception {
        try (WorkerSystem worker = steps.start(TestHandler.named("good", context -> DONE))) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> worker.submit(StepRequest.of("good", Map.of())))
                    .isInstanceOf(InterruptedException.class);
        }
        assertThat(steps.results()).isEmpty();
    }

    @Test
    void aStepThatFollowsAnotherOneOnItsThreadFindsNothingOfIt() throws Exception {
        steps.configuration().flag("worker.max-concurrent-handlers", "1", "test");
        int count = 300;
        CountDownLatch submitted = new CountDownLatch(1);
        Set<Long> threads = ConcurrentHashMap.newKeySet();
        try (WorkerSystem worker = steps.start(TestHandler.named("untidy", context -> {
            Latches.awaitStubbornly(submitted);
            threads.add(Thread.currentThread().threadId());
            boolean tidy = !Thread.currentThread().isInterrupted()
                    && MDC.get("left") == null
                    && context.request().stepId().toString().equals(MDC.get("step_id"));
            MDC.put("left", "behind");
            Thread.currentThread().interrupt();
            return tidy ? DONE : StepResult.permanentFailure("found what another step has left");
        }))) {
            List<CompletableFuture<StepOutcome>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                futures.add(worker.submit(StepRequest.of("untidy", Map.of())));
            }
            submitted.countDown();

            assertThat(futures)
                    .allSatisfy(future -> assertThat(future.join().result()).isEqualTo(DONE));
            assertThat(threads).as("threads that did it").hasSizeLessThan(count);
        }
    }

    @Test
    void aHandlerThatBlocksHoldsUpNoStepThatWaitsBehindIt() throws Exception {
        steps.configuration().flag("worker.max-concurrent-handlers", "8", "test");
        CountDownLatch together = new CountDownLatch(8);
        try (WorkerSystem worker = steps.start(TestHandler.named("meet", context -> {
            together.countDown();
            Latches.await(together);
            return DONE;
        }))) {
            List<CompletableFuture<StepOutcome>> futures = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                futures.add(worker.submit(StepRequest.of("meet", Map.of())));
            }

            assertThat(futures)
                    .allSatisfy(future -> assertThat(future.join().result()).isEqualTo(DONE));
        }
    }

    @Test
    void starvationIsCountedAndShowsInHealth() throws Exception {
        steps.configuration()
                .flag("worker.max-concurrent-handlers", "1", "test")
                .flag("worker.starvation-threshold-ms", "10", "test");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (WorkerSystem worker = steps.start(TestHandler.named("slow", context -> {
            begun.countDown();
            Latches.await(release);
            return DONE;
        }))) {
            CompletableFuture<StepOutcome> first = worker.submit(StepRequest.of("slow", Map.of()));
            Latches.await(begun);
            long starvedBefore = starved(worker);
            CompletableFuture<StepOutcome> starving = worker.submit(StepRequest.of("slow", Map.of()));

            Await.until(
                    "starvation shows",
                    () -> component(worker, "dispatch-channel").status() == HealthStatus.DEGRADED);
            assertThat(component(worker, "dispatch-channel").message().orElseThrow())
                    .contains("for a handler", "1 wait in all");

            release.countDown();
            first.join();
            starving.join();
            assertThat(worker.health().isHealthy()).isTrue();
            assertThat(starved(worker))
                    .as("the first one may have starved too, on a machine that is busy")
                    .isEqualTo(starvedBefore + 1);
        }
    }

    @Test
    void aSinkThatThrowsChangesNothing() throws Exception {
        try (WorkerSystem worker = steps.builder(TestHandler.named("good", context -> DONE))
                .resultSink(outcome -> {
                    throw new AssertionError("no room");
                })
                .build()) {
            worker.start();

            assertThat(run(worker, "good").result()).isEqualTo(DONE);
            assertThat(run(worker, "good").result()).isEqualTo(DONE);
            assertThat(counters(worker)).containsEntry("tasker_result_sink_errors_total", 2L);
        }
    }

    @Test
    void theSinkHasTheResultBeforeTheFutureEnds() throws Exception {
        try (WorkerSystem worker = steps.start(TestHandler.named("good", context -> DONE))) {
            for (int i = 0; i < 100; i++) {
                StepOutcome outcome = run(worker, "good");

                assertThat(steps.results()).contains(outcome);
            }
        }
    }

    @Test
    void aSlowSinkSlowsTheWorkerDownInsteadOfFillingItsMemory() throws Exception {
        steps.configuration()
                .flag("worker.max-concurrent-handlers", "2", "test")
                .flag("worker.completion-buffer-size", "3", "test")
                .flag("worker.dispatch-buffer-size", "100", "test");
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        try (WorkerSystem worker = steps.builder(TestHandler.named("quick", context -> {
                    ran.incrementAndGet();
                    return DONE;
                }))
                .resultSink(outcome -> Latches.awaitStubbornly(release))
                .build()) {
            worker.start();
            List<CompletableFuture<StepOutcome>> futures = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                futures.add(worker.submit(StepRequest.of("quick", Map.of())));
            }
            // One result is in the sink, three are in the channel, two wait to be sent and hold no handler's place.
            Await.until(
                    "the completion channel is full",
                    () -> ran.get() == 6
                            && worker.metrics().completionChannelPending() == 3
                            && worker.metrics().stepsInProgress() == 0);
            assertThat(worker.metrics()).returns(44L, WorkerMetrics::dispatchChannelPending);

            release.countDown();
            futures.forEach(CompletableFuture::join);
            assertThat(ran).hasValue(50);
        }
    }

    @Test
    void theSinkCannotWaitForItself() throws Exception {
        steps.configuration()
                .flag("worker.max-concurrent-handlers", "1", "test")
                .flag("worker.dispatch-buffer-size", "1", "test");
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        AtomicReference<WorkerSystem> self = new AtomicReference<>();
        List<CompletableFuture<StepOutcome>> accepted = new CopyOnWriteArrayList<>();
        CountDownLatch release = new CountDownLatch(1);
        try (WorkerSystem worker = steps.builder(
                        TestHandler.named("good", context -> DONE), TestHandler.named("slow", context -> {
                            Latches.await(release);
                            return DONE;
                        }))
                .resultSink(outcome -> {
                    try {
                        for (int i = 0; i < 10 && !refused.isDone(); i++) {
                            accepted.add(self.get().submit(StepRequest.of("slow", Map.of())));
                        }
                    } catch (TaskerException e) {
                        refused.complete(e);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                })
                .build()) {
            self.set(worker);
            worker.start();
            run(worker, "good");

            assertThat(refused.join()).hasMessageStartingWith("TASKER-S106");
            release.countDown();
            accepted.forEach(CompletableFuture::join);
        }
    }

    @Test
    void anUnknownHandlerIsRefusedWithTheKnownOnes() throws Exception {
        try (WorkerSystem worker =
                steps.start(TestHandler.named("ship", context -> DONE), TestHandler.named("bill", context -> DONE))) {
            assertThatThrownBy(() -> worker.submit(StepRequest.of("shop", Map.of())))
                    .isInstanceOf(TaskerException.class)
                    .hasMessage("TASKER-S102 no handler is named 'shop'; there are bill, ship");
        }
    }

    @Test
    void aHandlerRunsWithItsIdsInTheLogContextAndItsOwnClassLoader() throws Exception {
        AtomicReference<Map<String, String>> context = new AtomicReference<>(Map.of());
        AtomicReference<ClassLoader> loader = new AtomicReference<>();
        AtomicReference<Instant> deadline = new AtomicReference<>();
        steps.configuration().flag("worker.worker-id", "w-7", "test");
        try (WorkerSystem worker = steps.start(TestHandler.named("look", step -> {
            context.set(MDC.getCopyOfContextMap());
            loader.set(Thread.currentThread().getContextClassLoader());
            deadline.set(step.deadline());
            assertThat(Thread.currentThread().isVirtual()).isTrue();
            step.logger()
                    .log(
                            System.Logger.Level.INFO,
                            "looked at {0}",
                            step.request().handler());
            return DONE;
        }))) {
            StepRequest request = StepRequest.of("look", Map.of());
            Instant before = Instant.now();

            assertThat(worker.submit(request).join().result()).isEqualTo(DONE);

            assertThat(context.get())
                    .containsEntry("worker_id", "w-7")
                    .containsEntry("step_id", request.stepId().toString())
                    .containsEntry(
                            "correlation_id",
                            request.correlationId().orElseThrow().toString());
            assertThat(loader).hasValue(TestHandler.class.getClassLoader());
            assertThat(deadline.get()).isAfter(before.plusSeconds(29));
        }
    }

    @Test
    void processedIsSucceededPlusFailedAtEveryMoment() throws Exception {
        AtomicInteger number = new AtomicInteger();
        try (WorkerSystem worker =
                steps.start(TestHandler.named("mixed", context -> switch (number.incrementAndGet() % 4) {
                    case 0 -> StepResult.permanentFailure("no");
                    case 1 -> StepResult.retryableFailure("not now");
                    case 2 -> throw new IllegalStateException("oops");
                    default -> DONE;
                }))) {
            List<CompletableFuture<StepOutcome>> futures = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                futures.add(worker.submit(StepRequest.of("mixed", Map.of())));
                if (i % 50 == 0) {
                    worker.metrics(); // its constructor checks the sum
                }
            }
            futures.forEach(CompletableFuture::join);

            assertThat(worker.metrics())
                    .returns(2_000L, WorkerMetrics::stepsProcessed)
                    .returns(500L, WorkerMetrics::stepsSucceeded)
                    .returns(1_500L, WorkerMetrics::stepsFailed)
                    .returns(500L, WorkerMetrics::handlerErrors);
            assertThat(counters(worker))
                    .containsEntry("tasker_steps_total{handler=mixed, outcome=permanent}", 500L)
                    .containsEntry("tasker_steps_total{handler=mixed, outcome=retryable}", 1_000L)
                    .containsEntry("tasker_steps_total{handler=mixed, outcome=success}", 500L);
        }
        assertThat(steps.results()).hasSize(2_000);
    }

    private static ComponentHealth component(WorkerSystem worker, String name) {
        return Optional.ofNullable(worker.health().components().get(name)).orElseThrow();
    }

    private static long starved(WorkerSystem worker) {
        return (long) Objects.requireNonNull(worker.health().nativeLayer().get("steps_starved"));
    }

    private static Map<String, Object> counters(WorkerSystem worker) {
        return new CollectedMetrics(worker).values();
    }
}
