package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import tasker.events.api.ComponentHealth;
import tasker.events.api.DeliveryMode;
import tasker.events.api.HealthStatus;
import tasker.events.api.InvalidValueException;
import tasker.events.api.StepFailedException;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.StepResult.FailureKind;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerMetrics;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.CollectedMetrics;
import tasker.nativecore.testkit.Latches;
import tasker.nativecore.testkit.TestHandler;

/** How steps end, whatever their handlers do. */
class StepTests {
    private static final StepResult DONE = StepResult.success(Map.of());

    private final List<StepOutcome> sink = new CopyOnWriteArrayList<>();
    private final Configuration.Builder configuration = Configuration.builder();
    private final List<TestHandler> handlers = new ArrayList<>();

    @Test
    void anExceptionIsARetryableFailureWithItsMessage() throws Exception {
        assertThat(failureOf(context -> {
                    throw new IllegalStateException("the printer is on fire");
                }))
                .isEqualTo(new StepResult.Failure(FailureKind.RETRYABLE, "the printer is on fire"));
    }

    @Test
    void anExceptionWithoutAMessageIsNamedByItsClass() throws Exception {
        assertThat(failureOf(context -> {
                    throw new InterruptedException();
                }))
                .isEqualTo(new StepResult.Failure(FailureKind.RETRYABLE, "java.lang.InterruptedException"));
    }

    @Test
    void anExceptionWhoseMessageThrowsIsAFailureLikeAnyOther() throws Exception {
        StepResult.Failure failure = failureOf(context -> {
            throw new RuntimeException() {
                private static final long serialVersionUID = 1L;

                @Override
                public String getMessage() {
                    throw new IllegalStateException("no message for you");
                }
            };
        });

        assertThat(failure.reason()).contains("its message cannot be read");
    }

    @Test
    void anInvalidValueIsAPermanentFailure() throws Exception {
        StepResult.Failure failure = failureOf(context -> {
            throw new InvalidValueException("amount", "is -5; at least 0 is required");
        });

        assertThat(failure.kind()).isEqualTo(FailureKind.PERMANENT);
        assertThat(failure.reason()).contains("'amount' is -5");
    }

    @Test
    void aStepFailedExceptionChoosesKindAndReason() throws Exception {
        assertThat(failureOf(context -> {
                    throw new StepFailedException(FailureKind.PERMANENT, "out of stock for good");
                }))
                .isEqualTo(new StepResult.Failure(FailureKind.PERMANENT, "out of stock for good"));
    }

    @Test
    void anErrorIsARetryableFailureAndTheWorkerLivesOn() throws Exception {
        try (WorkerSystem worker = start(
                TestHandler.named("bad", context -> {
                    throw new StackOverflowError("too deep");
                }),
                TestHandler.named("good", context -> DONE))) {
            StepResult.Failure failure = failure(worker.submit(StepRequest.of("bad", Map.of())));

            assertThat(failure.kind()).isEqualTo(FailureKind.RETRYABLE);
            assertThat(failure.reason()).contains("StackOverflowError", "too deep");
            assertThat(run(worker, "good").result()).isEqualTo(DONE);
            assertThat(worker.isLive()).isTrue();
            assertThat(worker.metrics().handlerErrors()).isEqualTo(1);
        }
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // breaking the contract is the point
    void aHandlerThatReturnsNullFails() throws Exception {
        assertThat(failureOf(context -> null).reason())
                .startsWith("TASKER-S105")
                .contains("'bad'");
    }

    @Test
    void aHandlerThatRunsTooLongIsInterruptedAndTimesOut() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AtomicReference<Boolean> cancelled = new AtomicReference<>();
        try (WorkerSystem worker = start(TestHandler.named("slow", context -> {
                    try {
                        never.await();
                    } finally {
                        cancelled.set(context.isCancelled());
                    }
                    return DONE;
                })
                .timeout(Duration.ofMillis(20)))) {
            StepOutcome outcome = run(worker, "slow");

            StepResult.Failure failure = (StepResult.Failure) outcome.result();
            assertThat(failure.kind()).isEqualTo(FailureKind.TIMEOUT);
            assertThat(failure.reason()).startsWith("TASKER-S103").contains("'slow'", "20 ms", "was interrupted");
            assertThat(outcome.executionTime()).isGreaterThanOrEqualTo(Duration.ofMillis(20));
            assertThat(cancelled).hasValue(true);
            assertThat(worker.metrics())
                    .returns(1L, WorkerMetrics::timeoutErrors)
                    .returns(0L, WorkerMetrics::handlerErrors)
                    .returns(1L, WorkerMetrics::stepsFailed);
        }
    }

    @Test
    void aHandlerThatIgnoresTheInterruptIsLeftBehindAndItsPermitIsGivenBack() throws Exception {
        configuration.flag("worker.max-concurrent-handlers", "1", "test");
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch returned = new CountDownLatch(1);
        try (WorkerSystem worker = start(
                TestHandler.named("stubborn", context -> {
                            Latches.awaitStubbornly(release);
                            returned.countDown();
                            return DONE;
                        })
                        .timeout(Duration.ofMillis(20)),
                TestHandler.named("good", context -> DONE))) {
            StepResult.Failure failure = failure(worker.submit(StepRequest.of("stubborn", Map.of())));

            assertThat(failure.kind()).isEqualTo(FailureKind.TIMEOUT);
            assertThat(failure.reason()).contains("ignored the interrupt and was left behind");
            assertThat(run(worker, "good").result()).isEqualTo(DONE);
            release.countDown();
            Latches.await(returned);
            assertThat(run(worker, "good").result()).isEqualTo(DONE);
            assertThat(worker.metrics())
                    .as("the late result does not count")
                    .returns(3L, WorkerMetrics::stepsProcessed)
                    .returns(2L, WorkerMetrics::stepsSucceeded)
                    .returns(0L, WorkerMetrics::stepsInProgress);
        }
        assertThat(sink).hasSize(3);
    }

    @Test
    void aContextPublishesNothingAfterItsStepHasEnded() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Throwable> late = new CompletableFuture<>();
        try (WorkerSystem worker = start(TestHandler.named("stubborn", context -> {
                    Latches.awaitStubbornly(release);
                    try {
                        context.publish(context.event("too.late").build(), DeliveryMode.DURABLE);
                    } catch (TaskerException e) {
                        late.complete(e);
                    }
                    return DONE;
                })
                .timeout(Duration.ofMillis(5)))) {
            run(worker, "stubborn");
            release.countDown();

            assertThat(late.join()).hasMessageStartingWith("TASKER-W202");
        }
    }

    @Test
    void atMostSoManyHandlersRunAtOnce() throws Exception {
        configuration.flag("worker.max-concurrent-handlers", "3", "test");
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch three = new CountDownLatch(3);
        try (WorkerSystem worker = start(TestHandler.named("counted", context -> {
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
        configuration
                .flag("worker.max-concurrent-handlers", "1", "test")
                .flag("worker.dispatch-buffer-size", "2", "test");
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (WorkerSystem worker = start(TestHandler.named("slow", context -> {
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

            release.countDown();
            assertThat(fourth.join().result()).isEqualTo(DONE);
            futures.forEach(CompletableFuture::join);
        }
    }

    @Test
    void anInterruptedSubmitTakesNothing() throws Exception {
        try (WorkerSystem worker = start(TestHandler.named("good", context -> DONE))) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> worker.submit(StepRequest.of("good", Map.of())))
                    .isInstanceOf(InterruptedException.class);
        }
        assertThat(sink).isEmpty();
    }

    @Test
    void starvationIsCountedAndShowsInHealth() throws Exception {
        configuration
                .flag("worker.max-concurrent-handlers", "1", "test")
                .flag("worker.starvation-threshold-ms", "10", "test");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (WorkerSystem worker = start(TestHandler.named("slow", context -> {
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
        try (WorkerSystem worker = builder(TestHandler.named("good", context -> DONE))
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
        try (WorkerSystem worker = start(TestHandler.named("good", context -> DONE))) {
            for (int i = 0; i < 100; i++) {
                StepOutcome outcome = run(worker, "good");

                assertThat(sink).contains(outcome);
            }
        }
    }

    @Test
    void aSlowSinkSlowsTheWorkerDownInsteadOfFillingItsMemory() throws Exception {
        configuration
                .flag("worker.max-concurrent-handlers", "2", "test")
                .flag("worker.completion-buffer-size", "3", "test")
                .flag("worker.dispatch-buffer-size", "100", "test");
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        try (WorkerSystem worker = builder(TestHandler.named("quick", context -> {
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
            // One result is in the sink, three are in the channel, two handlers wait to send theirs.
            Await.until(
                    "the completion channel is full",
                    () -> ran.get() == 6 && worker.metrics().completionChannelPending() == 3);
            assertThat(worker.metrics()).returns(44L, WorkerMetrics::dispatchChannelPending);

            release.countDown();
            futures.forEach(CompletableFuture::join);
            assertThat(ran).hasValue(50);
        }
    }

    @Test
    void theSinkCannotWaitForItself() throws Exception {
        configuration
                .flag("worker.max-concurrent-handlers", "1", "test")
                .flag("worker.dispatch-buffer-size", "1", "test");
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        AtomicReference<WorkerSystem> self = new AtomicReference<>();
        List<CompletableFuture<StepOutcome>> accepted = new CopyOnWriteArrayList<>();
        CountDownLatch release = new CountDownLatch(1);
        try (WorkerSystem worker = builder(
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
    void whatIsChainedToAFutureMayBlockWithoutHoldingUpOthers() throws Exception {
        CountDownLatch chainedOn = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (WorkerSystem worker = start(
                TestHandler.named("first", context -> {
                    Latches.await(chainedOn);
                    return DONE;
                }),
                TestHandler.named("good", context -> DONE))) {
            CompletableFuture<Void> chained = worker.submit(StepRequest.of("first", Map.of()))
                    .thenAccept(outcome -> {
                        blocked.countDown();
                        Latches.awaitStubbornly(release);
                    });
            chainedOn.countDown();
            Latches.await(blocked);

            assertThat(run(worker, "good").result()).isEqualTo(DONE);
            release.countDown();
            chained.join();
        }
    }

    @Test
    void anUnknownHandlerIsRefusedWithTheKnownOnes() throws Exception {
        try (WorkerSystem worker =
                start(TestHandler.named("ship", context -> DONE), TestHandler.named("bill", context -> DONE))) {
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
        configuration.flag("worker.worker-id", "w-7", "test");
        try (WorkerSystem worker = start(TestHandler.named("look", step -> {
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
        try (WorkerSystem worker = start(TestHandler.named("mixed", context -> switch (number.incrementAndGet() % 4) {
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
        assertThat(sink).hasSize(2_000);
    }

    @Test
    void aTimeoutTooLongToCountIsOneOfADay() throws Exception {
        try (WorkerSystem worker = start(TestHandler.named("patient", context -> {
                    assertThat(context.deadline())
                            .isBetween(
                                    Instant.now().plus(Duration.ofHours(23)),
                                    Instant.now().plus(Duration.ofHours(25)));
                    return DONE;
                })
                .timeout(Duration.ofSeconds(Long.MAX_VALUE)))) {
            assertThat(run(worker, "patient").result()).isEqualTo(DONE);
            assertThat(worker.health().nativeLayer()).containsEntry("step_events_alive", true);
        }
    }

    private StepResult.Failure failureOf(TestHandler.Body body) throws Exception {
        try (WorkerSystem worker = start(TestHandler.named("bad", body))) {
            return failure(worker.submit(StepRequest.of("bad", Map.of())));
        }
    }

    private WorkerSystem start(TestHandler... services) {
        WorkerSystem worker = builder(services).build();
        worker.start();
        return worker;
    }

    private WorkerSystemBuilder builder(TestHandler... services) {
        handlers.addAll(List.of(services));
        WorkerSystemBuilder builder =
                WorkerSystem.builder(configuration.build()).resultSink(sink::add);
        handlers.forEach(builder::service);
        return builder;
    }

    private static StepOutcome run(WorkerSystem worker, String handler) throws InterruptedException {
        return worker.submit(StepRequest.of(handler, Map.of())).join();
    }

    private static StepResult.Failure failure(CompletableFuture<StepOutcome> future) {
        return (StepResult.Failure) future.join().result();
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
