package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TaskerException;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.Background;
import tasker.nativecore.testkit.Latches;
import tasker.nativecore.testkit.TestHandler;

/** A result sink that never returns keeps nobody waiting once the worker is closed. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HangingSinkTests {
    private static final int SUBMITTERS = 10;

    private final Queue<CompletableFuture<StepOutcome>> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<String> refused = new ConcurrentLinkedQueue<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);

    @Test
    void closeEndsEveryStepAndRefusesThoseWhoWait() {
        Configuration configuration = Configuration.builder()
                .flag("worker.dispatch-buffer-size", "2", "test")
                .flag("worker.completion-buffer-size", "1", "test")
                .flag("worker.max-concurrent-handlers", "1", "test")
                .flag("worker.shutdown-timeout-ms", "100", "test")
                .build();
        WorkerSystem worker = WorkerSystem.builder(configuration)
                .service(TestHandler.named("quick", context -> StepResult.success(Map.of())))
                .resultSink(outcome -> Latches.awaitStubbornly(release))
                .build();
        worker.start();
        List<CompletableFuture<Void>> submitters = new ArrayList<>();
        for (int i = 0; i < SUBMITTERS; i++) {
            submitters.add(Background.run(() -> submit(worker)));
        }
        // One in the sink, one in the completion channel, one on its way there, two in the dispatch channel.
        Await.until("all is full", () -> accepted.size() == 5 && asked.get() == SUBMITTERS);

        worker.close();
        submitters.forEach(CompletableFuture::join);

        assertThat(accepted).hasSizeGreaterThanOrEqualTo(5).hasSizeLessThan(SUBMITTERS);
        assertThat(refused).hasSize(SUBMITTERS - accepted.size()).containsOnly("TASKER-W202");
        Await.until("every step has ended", () -> accepted.stream().allMatch(CompletableFuture::isDone));
        assertThat(accepted)
                .anySatisfy(future -> assertThat(future.join().result())
                        .isInstanceOfSatisfying(
                                StepResult.Failure.class,
                                failure -> assertThat(failure.reason()).startsWith("TASKER-S104")));
        release.countDown();
    }

    private void submit(WorkerSystem worker) {
        asked.incrementAndGet();
        try {
            CompletableFuture<StepOutcome> future = worker.submit(StepRequest.of("quick", Map.of()));
            // Whoever waits for the result may block as well.
            CompletableFuture<Void> ignored = future.thenRun(() -> Latches.awaitStubbornly(release));
            accepted.add(future);
        } catch (TaskerException e) {
            refused.add(e.code());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
