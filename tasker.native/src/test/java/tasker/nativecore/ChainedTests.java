package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static tasker.nativecore.StepBench.run;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.nativecore.testkit.Latches;
import tasker.nativecore.testkit.TestHandler;

/** What callers chain to the future of a step may take its time, and no other step waits for it. */
@Timeout(300)
class ChainedTests {
    private static final int ROUNDS = 20_000;
    private static final StepResult DONE = StepResult.success(Map.of());

    private final StepBench steps = new StepBench();

    @Test
    void whatIsChainedToAFutureMayBlockWithoutHoldingUpOthers() throws Exception {
        CountDownLatch chainedOn = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (WorkerSystem worker = steps.start(
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

    /** Nobody can say when that moment is, so this tries it often. */
    @Test
    void whatIsChainedAtTheMomentAtWhichTheStepEndsMayWaitForTheNextOne() throws Exception {
        steps.configuration()
                .flag("worker.max-concurrent-handlers", "1", "test")
                .flag("worker.handler-timeout-ms", "86400000", "test");
        try (WorkerSystem worker = WorkerSystem.builder(steps.configuration().build())
                .service(TestHandler.named("good", context -> DONE))
                .build()) {
            worker.start();
            for (int i = 0; i < ROUNDS; i++) {
                CompletableFuture<StepOutcome> first = worker.submit(StepRequest.of("good", Map.of()));
                CompletableFuture<StepOutcome> next = worker.submit(StepRequest.of("good", Map.of()));
                CompletableFuture<Void> chained = first.thenAccept(outcome -> next.join());
                chained.get(60, TimeUnit.SECONDS);
            }
        }
    }
}
