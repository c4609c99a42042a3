package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static tasker.nativecore.StepBench.failure;
import static tasker.nativecore.StepBench.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import tasker.events.api.DeliveryMode;
import tasker.events.api.InvalidValueException;
import tasker.events.api.StepFailedException;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.StepResult.FailureKind;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerMetrics;
import tasker.nativecore.testkit.Latches;
import tasker.nativecore.testkit.TestHandler;

/** How steps end when their handlers throw, take too long or break their contract. */
class HandlerFailureTests {
    private static final StepResult DONE = StepResult.success(Map.of());

    private final StepBench steps = new StepBench();

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
        try (WorkerSystem worker = steps.start(
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
        steps.configuration().flag("worker.interrupt-grace-ms", "60000", "test");
        CountDownLatch never = new CountDownLatch(1);
        AtomicReference<Boolean> cancelled = new AtomicReference<>();
        try (WorkerSystem worker = steps.start(TestHandler.named("slow", context -> {
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
        steps.configuration().flag("worker.max-concurrent-handlers", "1", "test");
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch returned = new CountDownLatch(1);
        try (WorkerSystem worker = steps.start(
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
        assertThat(steps.results()).hasSize(3);
    }

    @Test
    void aContextPublishesNothingAfterItsStepHasEnded() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Throwable> late = new CompletableFuture<>();
        try (WorkerSystem worker = steps.start(TestHandler.named("stubborn", context -> {
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
    void aTimeoutTooLongToCountIsOneOfADay() throws Exception {
        try (WorkerSystem worker = steps.start(TestHandler.named("patient", context -> {
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
        try (WorkerSystem worker = steps.start(TestHandler.named("bad", body))) {
            return failure(worker.submit(StepRequest.of("bad", Map.of())));
        }
    }
}
