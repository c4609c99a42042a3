package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasker.events.api.HealthCheck;
import tasker.events.api.HealthStatus;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerMetrics;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.Background;
import tasker.nativecore.testkit.CollectedMetrics;
import tasker.nativecore.testkit.Latches;
import tasker.nativecore.testkit.TestHandler;

/** A worker that is asked for far more than it can do stays well, and its counters add up. */
@Timeout(600)
class OverloadTests {
    private static final int STEPS = 1_000_000;
    private static final int SUBMITTERS = 4;
    private static final long MEGABYTE = 1 << 20;

    private final LongAdder refused = new LongAdder();
    private final AtomicInteger ran = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch submitted = new CountDownLatch(1);
    private final StepRequest request = StepRequest.of("busy", Map.of());

    @Test
    void aMillionStepsAddUpWhileHealthAnswersAndMemoryStaysFlat() {
        Configuration configuration = Configuration.builder()
                .flag("worker.max-concurrent-handlers", "4", "test")
                .flag("worker.dispatch-buffer-size", "1000", "test")
                .flag("worker.dispatch-when-full", "refuse", "test")
                .flag("worker.handler-timeout-ms", "600000", "test")
                .flag("worker.shutdown-timeout-ms", "600000", "test")
                .build();
        WorkerSystem worker = WorkerSystem.builder(configuration)
                .service(TestHandler.named("busy", context -> {
                    LockSupport.parkNanos(1_000_000);
                    // However slow the machine is, it is asked for ten times what it takes meanwhile.
                    int number = ran.incrementAndGet();
                    if (number > STEPS / 20) {
                        Latches.await(submitted);
                    }
                    return number % 3 == 0 ? StepResult.permanentFailure("no") : StepResult.success(Map.of());
                }))
                .build();
        worker.start();
        try (worker) {
            long before = usedAfterCollection();
            List<CompletableFuture<Void>> submitters = new ArrayList<>();
            for (int i = 0; i < SUBMITTERS; i++) {
                submitters.add(Background.run(() -> submit(worker)));
            }
            while (!submitters.stream().allMatch(CompletableFuture::isDone)) {
                HealthCheck health = worker.health();
                assertThat(health.components()).containsKey("dispatch-channel");
                assertThat(health.status()).as("overloaded, and no worse").isNotEqualTo(HealthStatus.UNHEALTHY);
                assertThat(worker.metrics().dispatchChannelPending()).isLessThanOrEqualTo(1_000);
                asked.incrementAndGet();
                LockSupport.parkNanos(5_000_000);
            }
            submitters.forEach(CompletableFuture::join);
            submitted.countDown();
            Map<String, Object> counted = new CollectedMetrics(worker).values();
            long after = usedAfterCollection();

            assertThat(asked.get()).isGreaterThan(10);
            assertThat(counted).containsEntry("tasker_steps_submitted_total", (long) STEPS);
            assertThat(counted).containsEntry("tasker_steps_refused_total{reason=full}", refused.sum());
            assertThat(refused.sum()).as("ten times what it can take").isGreaterThan(STEPS / 10 * 9);
            assertThat(after - before).as("bytes more than before").isLessThan(16 * MEGABYTE);
        }

        WorkerMetrics end = worker.metrics();
        assertThat(end.stepsSucceeded() + end.stepsFailed() + refused.sum())
                .as("in = done + failed + waiting + refused, and none waits any more")
                .isEqualTo(STEPS);
        assertThat(end).returns(0L, WorkerMetrics::stepsInProgress).returns(0L, WorkerMetrics::dispatchChannelPending);
        assertThat(end.stepsFailed()).isPositive();
    }

    private void submit(WorkerSystem worker) {
        for (int i = 0; i < STEPS / SUBMITTERS; i++) {
            try {
                CompletableFuture<?> ignored = worker.submit(request);
            } catch (TaskerException e) {
                assertThat(e.code()).isEqualTo("TASKER-S110");
                refused.increment();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        Await.until("health answered in the midst of it", () -> asked.get() > 10);
    }

    private static long usedAfterCollection() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
