package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tasker.events.api.DeliveryMode;
import tasker.events.api.StepEvent.Condition;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.WorkerMetrics;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.CollectedMetrics;
import tasker.nativecore.testkit.Latches;
import tasker.nativecore.testkit.TestHandler;
import tasker.nativecore.testkit.TestTransports;

/** What a worker measures of itself: no figure of its metrics is a placeholder. */
class WorkerMetricsTests {
    /** What is no figure, and what counts the calls of a native boundary that this runtime does not have. */
    private static final Set<String> NOT_MEASURED_HERE = Set.of("workerId", "ffiErrors");

    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);
    private volatile boolean sinkHolds;

    @Test
    void everyFigureIsMeasured() throws Exception {
        Configuration configuration = Configuration.builder()
                .flag("worker.max-concurrent-handlers", "2", "test")
                .flag("worker.dispatch-buffer-size", "4", "test")
                .flag("worker.completion-buffer-size", "4", "test")
                .build();
        try (WorkerSystem worker = WorkerSystem.builder(configuration)
                .service(new TestTransports.Durable("durable-test"))
                .service(new TestTransports.Fast())
                .service(TestHandler.named("good", context -> {
                            assertThat(never.await(5, TimeUnit.MILLISECONDS)).isFalse();
                            return StepResult.success(Map.of());
                        })
                        .event("good.done", Condition.SUCCESS, DeliveryMode.DURABLE))
                .service(TestHandler.named("throws", context -> {
                    throw new IllegalStateException("broken");
                }))
                .service(TestHandler.named("slow", context -> {
                            never.await();
                            return StepResult.success(Map.of());
                        })
                        .timeout(Duration.ofMillis(20)))
                .service(TestHandler.named("hold", context -> {
                    Latches.await(release);
                    return StepResult.success(Map.of());
                }))
                .resultSink(outcome -> {
                    if (sinkHolds) {
                        Latches.awaitStubbornly(release);
                    }
                })
                .build()) {
            worker.start();
            for (String handler : new String[] {"good", "throws", "slow"}) {
                StepBench.run(worker, handler);
            }
            Await.until("its event is published", () -> worker.metrics().domainEventsPublished() == 1);
            sinkHolds = true;
            submit(worker, "good", 2);
            Await.until(
                    "one result is with the sink, the other one waits",
                    () -> worker.metrics().completionChannelPending() == 1);
            submit(worker, "hold", 5);
            Await.until("two run", () -> worker.metrics().stepsInProgress() == 2);
            Await.until("three wait", () -> worker.metrics().dispatchChannelPending() == 3);

            WorkerMetrics metrics = worker.metrics();
            for (RecordComponent figure : WorkerMetrics.class.getRecordComponents()) {
                if (!NOT_MEASURED_HERE.contains(figure.getName())) {
                    assertThat(((Number) figure.getAccessor().invoke(metrics)).doubleValue())
                            .as(figure.getName())
                            .isPositive();
                }
            }
            assertThat(metrics)
                    .returns(5L, WorkerMetrics::stepsProcessed)
                    .returns(3L, WorkerMetrics::stepsSucceeded)
                    .returns(2L, WorkerMetrics::stepsFailed)
                    .returns(2L, WorkerMetrics::stepsInProgress)
                    .returns(0.75, WorkerMetrics::dispatchChannelSaturation)
                    .returns(0.25, WorkerMetrics::completionChannelSaturation)
                    .returns(7L, WorkerMetrics::domainEventsDropped)
                    .returns(1L, WorkerMetrics::handlerErrors)
                    .returns(1L, WorkerMetrics::timeoutErrors);
            release.countDown();
        }
    }

    @Test
    void percentilesAreToldForEachHandler() throws Exception {
        try (WorkerSystem worker = napping("300000")) {
            for (int i = 0; i < 3; i++) {
                StepBench.run(worker, "nap");
            }
            StepBench.run(worker, "quick");

            Map<String, Object> values = new CollectedMetrics(worker).values();
            for (String percentile : new String[] {"50", "95", "99"}) {
                // Off by at most 0.4 %.
                assertThat((double) values.getOrDefault(recent("nap", percentile), 0.0))
                        .as(percentile)
                        .isGreaterThan(0.0199);
                assertThat((double) values.getOrDefault(recent("quick", percentile), 0.0))
                        .as(percentile)
                        .isPositive();
                assertThat((double) values.getOrDefault(recent("idle", percentile), 0.0))
                        .as(percentile)
                        .isNaN();
            }
        }
    }

    @Test
    void percentilesForgetWhatIsOlderThanTheWindowAndTheMaximumDoesNot() throws Exception {
        try (WorkerSystem worker = napping("1000")) {
            StepBench.run(worker, "nap");
            Await.until("the window has passed", () -> worker.metrics().p95ExecutionTimeMs() == 0);

            assertThat(worker.metrics().maxExecutionTimeMs()).isGreaterThanOrEqualTo(20);
            assertThat((double) new CollectedMetrics(worker).values().getOrDefault(recent("nap", "95"), 0.0))
                    .isNaN();
        }
    }

    private WorkerSystem napping(String windowMs) {
        WorkerSystem worker = WorkerSystem.builder(Configuration.builder()
                        .flag("worker.metrics-window-ms", windowMs, "test")
                        .build())
                .service(TestHandler.named("nap", context -> {
                    assertThat(never.await(20, TimeUnit.MILLISECONDS)).isFalse();
                    return StepResult.success(Map.of());
                }))
                .service(TestHandler.named("quick", context -> StepResult.success(Map.of())))
                .service(TestHandler.named("idle", context -> StepResult.success(Map.of())))
                .build();
        worker.start();
        return worker;
    }

    private static String recent(String handler, String percentile) {
        return "tasker_step_recent_duration_seconds{handler=" + handler + ", percentile=" + percentile + "}";
    }

    private static void submit(WorkerSystem worker, String handler, int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            var ignored = worker.submit(StepRequest.of(handler, Map.of()));
        }
    }
}
