package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import tasker.events.api.ComponentHealth;
import tasker.events.api.HealthCheck;
import tasker.events.api.HealthStatus;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.WorkerMetrics;
import tasker.events.api.spi.HealthReport;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.json.Json;
import tasker.nativecore.testkit.CollectedMetrics;
import tasker.nativecore.testkit.TestContributor;
import tasker.nativecore.testkit.TestHandler;
import tasker.nativecore.testkit.TestService;
import tasker.nativecore.testkit.TestTransports;

/** What a worker tells of itself. */
class WorkerFiguresTests {
    private static final MetricId SOLD = MetricId.of("tasker_shop_sold_total", "Things sold.");

    @Test
    void timesAreThoseOfTheHandlers() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (WorkerSystem worker = start(builder().service(TestHandler.named("nap", context -> {
            assertThat(never.await(20, TimeUnit.MILLISECONDS)).isFalse();
            return StepResult.success(Map.of());
        })))) {
            for (int i = 0; i < 3; i++) {
                worker.submit(StepRequest.of("nap", Map.of())).join();
            }

            WorkerMetrics metrics = worker.metrics();

            assertThat(metrics.avgExecutionTimeMs()).isGreaterThanOrEqualTo(20);
            assertThat(metrics.maxExecutionTimeMs()).isGreaterThanOrEqualTo(metrics.avgExecutionTimeMs());
            assertThat(metrics.p95ExecutionTimeMs()).isGreaterThanOrEqualTo(19.8);
            assertThat(metrics.p99ExecutionTimeMs()).isLessThanOrEqualTo(metrics.maxExecutionTimeMs() * 1.01);
            assertThat(metrics.uptimeSeconds()).isPositive();
            assertThat(new CollectedMetrics(worker).values())
                    .containsEntry("tasker_step_duration_seconds{handler=nap}", 3L);
        }
    }

    @Test
    void everyFamilyIsReportedInOnePieceAndEverySeriesOnce() {
        try (WorkerSystem worker = start(builder()
                .service(new TestTransports.Fast())
                .service(TestHandler.named("a", context -> StepResult.success(Map.of())))
                .service(TestHandler.named("b", context -> StepResult.success(Map.of()))))) {
            CollectedMetrics scrape = new CollectedMetrics(worker);

            Set<String> families = new HashSet<>();
            String last = "";
            for (MetricId id : scrape.ids()) {
                if (!id.name().equals(last)) {
                    assertThat(families.add(id.name())).as(id.name()).isTrue();
                    last = id.name();
                }
            }
            assertThat(scrape.values()).hasSameSizeAs(scrape.ids());
            assertThat(scrape.values())
                    .containsEntry("tasker_domain_events_dropped_total", 7L)
                    .containsEntry("tasker_fast_path_subscribers", 2.0)
                    .doesNotContainKey("tasker_ffi_errors_total")
                    .containsEntry("tasker_providers{status=active}", 3.0)
                    .containsEntry("tasker_channel_capacity{channel=dispatch}", 1000.0)
                    .containsEntry(
                            "tasker_worker_info{environment=development, namespace=default, worker_id="
                                    + worker.config().workerId() + "}",
                            1.0);
        }
    }

    @Test
    void theMetersOfAServiceShowUntilItIsClosed() {
        AtomicReference<Meters.Counter> sold = new AtomicReference<>();
        WorkerSystem worker = start(builder()
                .service(new TestService("shop", TestService.calls())
                        .onStart(context -> sold.set(context.meters().counter(SOLD)))));
        sold.get().add(3);

        assertThat(new CollectedMetrics(worker).values()).containsEntry("tasker_shop_sold_total", 3L);
        worker.close();
        assertThat(new CollectedMetrics(worker).values()).doesNotContainKey("tasker_shop_sold_total");
    }

    @Test
    void aMetricsSourceThatThrowsSpoilsOnlyItsOwnFigures() {
        List<String> calls = TestService.calls();
        TestService broken = new TestService("broken", calls) {
            @Override
            public void collect(MetricsSink sink) {
                throw new AssertionError("cannot count");
            }
        };
        try (WorkerSystem worker = start(builder().service(broken).service(new TestService("sound", calls)))) {
            new CollectedMetrics(worker);

            assertThat(calls).contains("collect sound");
            assertThat(new CollectedMetrics(worker).values()).containsEntry("tasker_metrics_source_errors_total", 1L);
        }
    }

    @Test
    void figuresCanBeReadAfterTheClose() throws Exception {
        WorkerSystem worker = start(builder()
                .service(new TestTransports.Fast())
                .service(TestHandler.named("good", context -> StepResult.success(Map.of()))));
        worker.submit(StepRequest.of("good", Map.of())).join();
        worker.close();

        assertThat(worker.metrics())
                .returns(1L, WorkerMetrics::stepsSucceeded)
                .returns(7L, WorkerMetrics::domainEventsDropped);
        assertThat(worker.settings()).isNotEmpty();
        assertThat(worker.health().isHealthy()).isFalse();
    }

    @Test
    void theWorstStatusWinsAndBothLayersHaveFigures() {
        try (WorkerSystem worker = start(builder()
                .service(new TestContributor("well", () -> HealthReport.healthy(Map.of())))
                .service(new TestContributor("so-so", () -> HealthReport.degraded("tired", Map.of("hours", 14))))
                .service(TestHandler.named("good", context -> StepResult.success(Map.of()))))) {
            HealthCheck health = worker.health();

            assertThat(health.status()).isEqualTo(HealthStatus.DEGRADED);
            assertThat(health.components().keySet())
                    .containsExactly("completion-channel", "dispatch-channel", "so-so", "well", "worker");
            assertThat(health.nativeLayer()).containsEntry("state", "running").containsEntry("step_timer_alive", true);
            assertThat(health.jvm())
                    .containsEntry("handlers", List.of("good"))
                    .containsEntry("java_version", Runtime.version().toString());
            assertThat(Json.object(Json.text(health))).containsKeys("native", "jvm", "components");
        }
    }

    @Test
    void aWorkerThatHasNotStartedIsLiveButNotWell() {
        WorkerSystem worker = builder().build();

        assertThat(worker.isLive()).isTrue();
        assertThat(worker.health().components().values())
                .extracting(ComponentHealth::name)
                .contains("worker");
        assertThat(worker.health().status()).isEqualTo(HealthStatus.DEGRADED);
        worker.close();
    }

    private static WorkerSystemBuilder builder() {
        return WorkerSystem.builder(Configuration.builder()
                .flag("worker.health-timeout-ms", "60000", "test")
                .flag("worker.metrics-timeout-ms", "60000", "test")
                .build());
    }

    private static WorkerSystem start(WorkerSystemBuilder builder) {
        WorkerSystem worker = builder.build();
        worker.start();
        return worker;
    }
}
