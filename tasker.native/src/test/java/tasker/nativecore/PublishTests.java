package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.PublishException;
import tasker.events.api.StepEvent.Condition;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerState;
import tasker.events.api.spi.PublishOptions;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.Background;
import tasker.nativecore.testkit.CollectedMetrics;
import tasker.nativecore.testkit.Latches;
import tasker.nativecore.testkit.RecordingPublisher;
import tasker.nativecore.testkit.TestHandler;
import tasker.nativecore.testkit.TestTransports;

/** Which paths events take, and what is counted. */
class PublishTests {
    private final TestTransports.Durable durableTransport = new TestTransports.Durable("durable-test");
    private final TestTransports.Fast fastTransport = new TestTransports.Fast();
    private final RecordingPublisher durable = durableTransport.publisher();
    private final RecordingPublisher fast = fastTransport.recorded();
    private final DomainEvent event = DomainEvent.of("order.created", Map.of("total", 5), "test");

    @Test
    void eachModeTakesItsPathsAndCountsOnce() {
        try (WorkerSystem worker = start()) {
            worker.publish(event, DeliveryMode.DURABLE);
            assertThat(durable.published()).hasSize(1);
            assertThat(fast.published()).isEmpty();

            worker.publish(event, DeliveryMode.FAST);
            assertThat(durable.published()).hasSize(1);
            assertThat(fast.published()).hasSize(1);

            worker.publish(event, DeliveryMode.BROADCAST);
            assertThat(durable.published()).hasSize(2).last().isSameAs(event);
            assertThat(fast.published()).hasSize(2).last().isSameAs(event);

            assertThat(worker.metrics().domainEventsPublished()).isEqualTo(3);
            assertThat(new CollectedMetrics(worker).values())
                    .containsEntry("tasker_domain_events_published_total{mode=durable}", 1L)
                    .containsEntry("tasker_domain_events_published_total{mode=fast}", 1L)
                    .containsEntry("tasker_domain_events_published_total{mode=broadcast}", 1L);
        }
    }

    @Test
    void whatHasOptionsIsCountedAsAllElse() {
        PublishOptions later = PublishOptions.defaults().after(Duration.ofMinutes(1));
        try (WorkerSystem worker = start()) {
            worker.publish(event, DeliveryMode.DURABLE, later);
            worker.publishAll(List.of(event, event), DeliveryMode.BROADCAST, later);
            worker.publishAsync(event, DeliveryMode.DURABLE, later).join();
            worker.publish(event, DeliveryMode.DURABLE);

            assertThat(durable.options()).containsExactly(later, later, later, later, PublishOptions.defaults());
            assertThat(fast.published()).hasSize(2);
            assertThat(worker.metrics().domainEventsPublished()).isEqualTo(5);
        }
    }

    @Test
    void aBroadcastIsDurableBeforeSubscribersSeeIt() {
        fast.before(seen -> assertThat(durable.published()).contains(seen));
        try (WorkerSystem worker = start()) {
            worker.publish(event, DeliveryMode.BROADCAST);
            worker.publishAll(List.of(event, event), DeliveryMode.BROADCAST);
            worker.publishAsync(event, DeliveryMode.BROADCAST).join();

            assertThat(fast.published()).hasSize(4);
            assertThat(worker.metrics().domainEventsPublished()).isEqualTo(4);
        }
    }

    @Test
    void whatIsNotDurableIsNotBroadcastAndNotCounted() {
        PublishException lost = new PublishException("TASKER-Q999", "the queue is gone", true, null);
        durable.before(seen -> {
            throw lost;
        });
        try (WorkerSystem worker = start()) {
            assertThatThrownBy(() -> worker.publish(event, DeliveryMode.BROADCAST))
                    .isSameAs(lost);
            assertThatThrownBy(() -> worker.publishAll(List.of(event, event), DeliveryMode.BROADCAST))
                    .isSameAs(lost);
            assertThatThrownBy(() ->
                            worker.publishAsync(event, DeliveryMode.BROADCAST).join())
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isSameAs(lost);

            assertThat(fast.published()).isEmpty();
            assertThat(worker.metrics().domainEventsPublished()).isZero();
            assertThat(new CollectedMetrics(worker).values())
                    .containsEntry("tasker_domain_events_failed_total{mode=broadcast}", 4L);
        }
    }

    @Test
    void whatIsDurableIsNeverDeniedWhenTheFastPathFails() {
        PublishException full = new PublishException("TASKER-F999", "the channel is closed", false, null);
        fast.before(seen -> {
            throw full;
        });
        try (WorkerSystem worker = start()) {
            assertWritten(() -> worker.publish(event, DeliveryMode.BROADCAST), full);
            assertWritten(() -> worker.publishAll(List.of(event, event), DeliveryMode.BROADCAST), full);
            assertThatThrownBy(() ->
                            worker.publishAsync(event, DeliveryMode.BROADCAST).join())
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .satisfies(thrown -> assertWritten(thrown, full));
            assertThatThrownBy(() -> worker.publish(event, DeliveryMode.FAST)).isSameAs(full);

            assertThat(durable.published()).hasSize(4);
        }
    }

    private static void assertWritten(ThrowableAssert.ThrowingCallable publish, PublishException cause) {
        assertThatThrownBy(publish).satisfies(thrown -> assertWritten(thrown, cause));
    }

    private static void assertWritten(Throwable thrown, PublishException cause) {
        assertThat(thrown)
                .hasCause(cause)
                .hasMessageEndingWith("(may have been written)")
                .isInstanceOfSatisfying(PublishException.class, e -> {
                    assertThat(e.code()).isEqualTo(cause.code());
                    assertThat(e.mayHaveBeenWritten()).isTrue();
                });
    }

    @Test
    void aTransportThatReturnsNoFutureFailsTheEventAndNothingElse() {
        durable.withoutFuture();
        try (WorkerSystem worker = start()) {
            assertThat(worker.publishAsync(event, DeliveryMode.DURABLE))
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(PublishException.class)
                    .withMessageStartingWith("TASKER-W203 ")
                    .withMessageContaining("publishAsync returned null");
        }
    }

    @Test
    void aTransportThatThrowsSomethingElseMayHaveWritten() {
        durable.before(seen -> {
            throw new IllegalStateException("a bug");
        });
        try (WorkerSystem worker = start()) {
            assertThatThrownBy(() -> worker.publish(event, DeliveryMode.DURABLE))
                    .isInstanceOfSatisfying(
                            PublishException.class,
                            e -> assertThat(e.mayHaveBeenWritten()).isTrue())
                    .hasMessageStartingWith("TASKER-W203 ")
                    .hasMessageContaining("a bug");
        }
    }

    @Test
    void aMissingPathIsOneClearErrorThatNamesTheModuleToLink() {
        try (WorkerSystem worker = WorkerSystem.builder(Configuration.builder()
                        .flag("worker.health-timeout-ms", "60000", "test")
                        .flag("worker.metrics-timeout-ms", "60000", "test")
                        .build())
                .build()) {
            worker.start();

            assertThatThrownBy(() -> worker.publish(event, DeliveryMode.BROADCAST))
                    .isInstanceOf(TaskerException.class)
                    .hasMessageStartingWith("TASKER-W201 ")
                    .hasMessageContaining("tasker.events.pgmq");
            assertThatThrownBy(worker::durable).hasMessageContaining("tasker.events.pgmq");
            assertThatThrownBy(() -> worker.publish(event, DeliveryMode.FAST))
                    .hasMessageStartingWith("TASKER-W201 ")
                    .hasMessageContaining("tasker.events.inprocess");
            assertThatThrownBy(() -> worker.subscribe(EventPattern.all()))
                    .hasMessageContaining("tasker.events.inprocess");
            assertThat(worker.publishAsync(event, DeliveryMode.FAST)).isCompletedExceptionally();
            assertThat(worker.health().isHealthy()).isTrue();
        }
    }

    @Test
    void whenOnePathOfABroadcastIsMissingTheOtherTakesNothing() {
        try (WorkerSystem worker = WorkerSystem.builder(Configuration.builder()
                        .flag("worker.health-timeout-ms", "60000", "test")
                        .flag("worker.metrics-timeout-ms", "60000", "test")
                        .build())
                .service(durableTransport)
                .build()) {
            worker.start();

            assertThatThrownBy(() -> worker.publish(event, DeliveryMode.BROADCAST))
                    .hasMessageStartingWith("TASKER-W201 ")
                    .hasMessageContaining("tasker.events.inprocess");
            assertThat(durable.published()).isEmpty();
        }
    }

    @Test
    void closeWaitsForPublishesInFlight() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch release = new CountDownLatch(1);
        durable.before(seen -> {
            begun.countDown();
            Latches.awaitStubbornly(release);
        });
        WorkerSystem worker = start();
        CompletableFuture<Void> waiting = Background.run(() -> worker.publish(event, DeliveryMode.DURABLE));
        CompletableFuture<Void> async = worker.publishAsync(event, DeliveryMode.DURABLE);
        Latches.await(begun);
        CompletableFuture<Void> closing = Background.run(worker::close);
        Await.until("it shuts down", () -> worker.state() == WorkerState.SHUTTING_DOWN);
        assertThatThrownBy(() -> worker.publish(event, DeliveryMode.DURABLE)).hasMessageStartingWith("TASKER-W202 ");
        assertThat(durableTransport.calls()).containsExactly("start");

        release.countDown();
        waiting.join();
        async.join();
        closing.join();

        assertThat(durable.published()).hasSize(2);
        assertThat(durableTransport.calls()).containsExactly("start", "close");
    }

    @Test
    void theEventsOfAStepTellHowItEnded() throws Exception {
        TestHandler handler = TestHandler.named("judge", context -> switch (String.valueOf(
                        context.request().input().get("case"))) {
                    case "good" -> StepResult.success(Map.of("verdict", "free"));
                    case "bad" -> StepResult.permanentFailure("guilty");
                    default -> StepResult.retryableFailure("the court is closed");
                })
                .event("judge.success", Condition.SUCCESS, DeliveryMode.DURABLE)
                .event("judge.failure", Condition.FAILURE, DeliveryMode.DURABLE)
                .event("judge.permanent", Condition.PERMANENT_FAILURE, DeliveryMode.DURABLE)
                .event("judge.retryable", Condition.RETRYABLE_FAILURE, DeliveryMode.DURABLE)
                .event("judge.always", Condition.ALWAYS, DeliveryMode.FAST);
        StepRequest good = StepRequest.of("judge", Map.of("case", "good"));
        StepRequest bad = StepRequest.of("judge", Map.of("case", "bad"));
        StepRequest later = StepRequest.of("judge", Map.of("case", "later"));
        try (WorkerSystem worker = builder().service(handler).build()) {
            worker.start();
            worker.submit(good).join();
            worker.submit(bad).join();
            worker.submit(later).join();
        }

        assertThat(durable.published())
                .extracting(DomainEvent::eventType)
                .containsExactlyInAnyOrder(
                        "judge.success", "judge.failure", "judge.permanent", "judge.failure", "judge.retryable");
        assertThat(fast.published()).hasSize(3);
        assertThat(of("judge.success").payload())
                .isEqualTo(Map.of(
                        "step_id",
                        good.stepId().toString(),
                        "handler",
                        "judge",
                        "attempt",
                        1,
                        "output",
                        Map.of("verdict", "free")));
        assertThat(of("judge.success").correlationId()).isEqualTo(good.correlationId());
        assertThat(of("judge.permanent").payload())
                .isEqualTo(Map.of(
                        "step_id",
                        bad.stepId().toString(),
                        "handler",
                        "judge",
                        "attempt",
                        1,
                        "failure",
                        "permanent",
                        "reason",
                        "guilty",
                        "input",
                        Map.of("case", "bad")));
    }

    @Test
    void anEventThatFailsIsCountedAndNeverFailsItsStep() throws Exception {
        durable.before(seen -> {
            throw new PublishException("TASKER-Q999", "the queue is gone", false, null);
        });
        String large = "x".repeat(DomainEvent.MAX_PAYLOAD_BYTES - 20);
        try (WorkerSystem worker = builder()
                .service(TestHandler.named("good", context -> StepResult.success(Map.of()))
                        .event("good.done", Condition.SUCCESS, DeliveryMode.DURABLE))
                .service(TestHandler.named("large", context -> StepResult.success(Map.of("text", large)))
                        .event("large.done", Condition.SUCCESS, DeliveryMode.FAST))
                .build()) {
            worker.start();

            assertThat(worker.submit(StepRequest.of("good", Map.of())).join().result())
                    .isInstanceOf(StepResult.Success.class);
            assertThat(worker.submit(StepRequest.of("large", Map.of())).join().result())
                    .isInstanceOf(StepResult.Success.class);
            Await.until(
                    "both failed",
                    () -> Long.valueOf(2)
                            .equals(new CollectedMetrics(worker).values().get("tasker_step_events_failed_total")));
            assertThat(worker.metrics().stepsSucceeded()).isEqualTo(2);
        }
    }

    private DomainEvent of(String type) {
        return durable.published().stream()
                .filter(each -> each.eventType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private WorkerSystem start() {
        WorkerSystem worker = builder().build();
        worker.start();
        return worker;
    }

    private WorkerSystemBuilder builder() {
        return WorkerSystem.builder(Configuration.builder()
                        .flag("worker.health-timeout-ms", "60000", "test")
                        .flag("worker.metrics-timeout-ms", "60000", "test")
                        .build())
                .service(durableTransport)
                .service(fastTransport);
    }
}
