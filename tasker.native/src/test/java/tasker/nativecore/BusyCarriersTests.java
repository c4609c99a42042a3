package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasker.events.api.HealthStatus;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.HealthReport;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.MetricsSource;
import tasker.nativecore.testkit.Background;
import tasker.nativecore.testkit.CollectedMetrics;
import tasker.nativecore.testkit.TestHandler;

/** Handlers that compute keep the carriers of all virtual threads; a worker must be looked at nevertheless. */
@Timeout(120)
class BusyCarriersTests {
    private final AtomicBoolean computing = new AtomicBoolean(true);

    @Test
    void healthAndMetricsAreAnsweredMeanwhile() throws InterruptedException {
        try (WorkerSystem worker =
                new StepBench().builder().service(new Component()).build()) {
            worker.start();
            List<Thread> handlers = compute();
            try {
                assertThat(worker.health().components())
                        .hasEntrySatisfying(
                                "component",
                                health -> assertThat(health.status()).isEqualTo(HealthStatus.HEALTHY));
                assertThat(new CollectedMetrics(worker).values()).containsEntry("tasker_figure", 2.0);
            } finally {
                computing.set(false);
                for (Thread handler : handlers) {
                    handler.join();
                }
            }
        }
    }

    @Test
    void aFullChannelRefusesAtOnceThoughStepsWaitForACarrier() throws InterruptedException {
        StepBench steps = new StepBench();
        steps.configuration()
                .flag("worker.max-concurrent-handlers", "2", "test")
                .flag("worker.dispatch-buffer-size", "2", "test")
                .flag("worker.dispatch-when-full", "refuse", "test");
        try (WorkerSystem worker = steps.start(TestHandler.named("any", context -> StepResult.success(Map.of())))) {
            List<Thread> handlers = compute();
            List<CompletableFuture<StepOutcome>> taken = new ArrayList<>();
            try {
                // Two with a permit each, and two that wait.
                for (int i = 0; i < 4; i++) {
                    taken.add(worker.submit(StepRequest.of("any", Map.of())));
                }
                assertThatThrownBy(() -> submitElsewhere(worker).get(60, TimeUnit.SECONDS))
                        .hasMessageContaining("TASKER-S110");
            } finally {
                computing.set(false);
                for (Thread handler : handlers) {
                    handler.join();
                }
            }
            taken.forEach(CompletableFuture::join);
        }
    }

    /** On another thread, for one that does not come back would keep the carriers from all other tests. */
    private static CompletableFuture<Void> submitElsewhere(WorkerSystem worker) {
        return Background.run(() -> {
            try {
                CompletableFuture<StepOutcome> ignored = worker.submit(StepRequest.of("any", Map.of()));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** Have every carrier before this returns. */
    private List<Thread> compute() throws InterruptedException {
        int carriers = Runtime.getRuntime().availableProcessors();
        CountDownLatch begun = new CountDownLatch(carriers);
        List<Thread> handlers = IntStream.range(0, carriers)
                .mapToObj(i -> Thread.startVirtualThread(() -> {
                    begun.countDown();
                    while (computing.get()) {
                        Thread.onSpinWait();
                    }
                }))
                .toList();
        begun.await();
        return handlers;
    }

    private record Component() implements HealthContributor, MetricsSource {
        @Override
        public String name() {
            return "component";
        }

        @Override
        public HealthReport check() {
            return HealthReport.healthy(Map.of());
        }

        @Override
        public void collect(MetricsSink sink) {
            sink.gauge(MetricId.of("tasker_figure", "A figure."), 2);
        }
    }
}
