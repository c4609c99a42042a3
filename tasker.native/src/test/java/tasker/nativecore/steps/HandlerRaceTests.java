package tasker.nativecore.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import tasker.events.api.StepLimits;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.StepContext;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.config.WhenFull;
import tasker.nativecore.routing.EventRouter;
import tasker.nativecore.testkit.Background;
import tasker.nativecore.tracing.Tracing;

/** Submit steps from many threads while their handler is taken away and comes back, as fast as both go. */
class HandlerRaceTests {
    private static final int SUBMITTERS = 4;
    private static final int STEPS = 3_000;
    private static final String NAME = "race";

    private final Tracing tracing = new Tracing();
    private final StepPipeline pipeline = new StepPipeline(
            new PipelineLimits(
                    4,
                    Duration.ofMinutes(5),
                    64,
                    64,
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(1),
                    WhenFull.WAIT),
            "worker-1",
            new EventRouter(Map.of(), tracing),
            tracing,
            Optional.empty());
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong ranTooLate = new AtomicLong();
    private final AtomicLong changes = new AtomicLong();

    @Test
    void whileItIsReplacedNoStepIsRefusedOrLostOrRunByOneThatIsGone() throws Exception {
        List<StepOutcome> outcomes = race(true);

        assertThat(outcomes).hasSize(SUBMITTERS * STEPS);
        assertThat(refused).hasValue(0);
        assertAllSucceeded(outcomes);
    }

    @Test
    void whileItComesAndGoesEachStepIsRefusedAtOnceOrRunToItsEnd() throws Exception {
        List<StepOutcome> outcomes = race(false);

        assertThat(outcomes.size() + refused.get()).isEqualTo(SUBMITTERS * STEPS);
        assertAllSucceeded(outcomes);
    }

    private void assertAllSucceeded(List<StepOutcome> outcomes) throws InterruptedException {
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.result()).isInstanceOf(StepResult.Success.class));
        assertThat(ranTooLate)
                .as("steps run by a handler that had been drained")
                .hasValue(0);
        assertThat(changes.get()).isPositive();
        assertThat(pipeline.drain(System.nanoTime() + Duration.ofMinutes(1).toNanos()))
                .isZero();
        assertThat(pipeline.handlers().values())
                .allSatisfy(figures -> assertThat(figures.succeeded()).isEqualTo(outcomes.size()));
        assertThat(pipeline.figures().dispatch().pending()).isZero();
        pipeline.close();
    }

    private List<StepOutcome> race(boolean replaced) throws Exception {
        Generation[] current = {new Generation()};
        pipeline.register(NAME, current[0]);
        pipeline.start();
        List<List<CompletableFuture<StepOutcome>>> submitted = new ArrayList<>();
        List<CompletableFuture<Void>> submitters = new ArrayList<>();
        for (int i = 0; i < SUBMITTERS; i++) {
            List<CompletableFuture<StepOutcome>> mine = new ArrayList<>();
            submitted.add(mine);
            submitters.add(Background.run(() -> submitAll(mine)));
        }
        while (!submitters.stream().allMatch(CompletableFuture::isDone)) {
            try (Withdrawal withdrawal = pipeline.withdraw(List.of(NAME), replaced)) {
                assertThat(withdrawal.drain(
                                System.nanoTime() + Duration.ofMinutes(1).toNanos()))
                        .isZero();
                current[0].gone = true;
                current[0] = new Generation();
                pipeline.register(NAME, current[0]);
            }
            changes.incrementAndGet();
        }
        submitters.forEach(CompletableFuture::join);
        return submitted.stream()
                .flatMap(List::stream)
                .map(CompletableFuture::join)
                .toList();
    }

    private void submitAll(List<CompletableFuture<StepOutcome>> mine) {
        for (int i = 0; i < STEPS; i++) {
            try {
                mine.add(pipeline.submit(StepRequest.of(NAME, Map.of()), StepLimits.once()));
            } catch (TaskerException e) {
                assertThat(e.code()).isEqualTo("TASKER-S102");
                refused.incrementAndGet();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** One of many handlers of the same name. */
    private final class Generation implements StepHandler {
        private volatile boolean gone;

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public StepResult handle(StepContext context) {
            if (gone) {
                ranTooLate.incrementAndGet();
            }
            return StepResult.success(Map.of());
        }
    }
}
