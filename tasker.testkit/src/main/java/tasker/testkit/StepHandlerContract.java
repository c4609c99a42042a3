package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tasker.events.api.StepEvent;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.spi.StepHandler;

/**
 * Test what {@link StepHandler} promises.
 *
 * <p>Not tested: that it ends soon after the interrupt that comes with the end of its time. What becomes of an
 * exception and of an error is the worker's to keep.
 */
public abstract class StepHandlerContract extends WorkerServiceContract<StepHandler> {
    private static final int STEPS = 16;

    /** For subclasses. */
    protected StepHandlerContract() {}

    /** A step that succeeds; a new one at each call. */
    protected abstract StepRequest step();

    /** {@link StepHandler#handle}: run one step, on a virtual thread. */
    @Test
    public void runsAStep() throws Exception {
        StepHandler handler = start();

        assertThat(run(List.of(() -> handler.handle(TestStepContext.of(step())))))
                .allMatch(StepResult.Success.class::isInstance);
    }

    /** {@link StepHandler#handle}: called for many steps at once. */
    @Test
    public void runsManyStepsAtOnce() throws Exception {
        StepHandler handler = startRunning();
        List<Callable<StepResult>> steps = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            StepRequest request = step();
            steps.add(() -> handler.handle(TestStepContext.of(request)));
        }

        assertThat(run(steps)).hasSize(STEPS).allMatch(StepResult.Success.class::isInstance);
    }

    /** {@link StepHandler#handle}: a thread may run many steps, one after the other. */
    @Test
    public void oneThreadRunsManySteps() throws Exception {
        StepHandler handler = startRunning();
        List<StepResult> results = new ArrayList<>();
        run(List.of(() -> {
            for (int i = 0; i < STEPS; i++) {
                results.add(handler.handle(TestStepContext.of(step())));
            }
            return results.getLast();
        }));

        assertThat(results).hasSize(STEPS).allMatch(StepResult.Success.class::isInstance);
    }

    /** {@link StepHandler#events}: what the worker publishes when a step ends. */
    @Test
    public void itsEventsAreDeclared() throws Exception {
        assertThat(start().events()).doesNotContainNull().doesNotHaveDuplicates();
    }

    /** {@link StepHandler#publisher}: asked once for each declared event; empty for the standard way, never null. */
    @Test
    public void eachEventHasAPublisherOrNone() throws Exception {
        StepHandler handler = start();
        for (StepEvent event : handler.events()) {
            assertThat(handler.publisher(event)).as("publisher of %s", event).isNotNull();
        }
    }

    /** {@link StepHandler#timeout}: how long one step may run. */
    @Test
    public void itsTimeoutIsPositive() throws Exception {
        assertThat(start().timeout().orElse(Duration.ofSeconds(1))).isPositive();
    }

    private StepHandler startRunning() throws Exception {
        StepHandler handler = start();
        List<StepResult> results = run(List.of(() -> handler.handle(TestStepContext.of(step()))));
        assumeTrue(results.getFirst() instanceof StepResult.Success, "see runsAStep");
        return handler;
    }

    private List<StepResult> run(List<Callable<StepResult>> steps) throws Exception {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            List<StepResult> results = new ArrayList<>();
            for (Future<StepResult> result : threads.invokeAll(steps, patience().toNanos(), TimeUnit.NANOSECONDS)) {
                assertThat(result.isCancelled())
                        .as("a step ran longer than %s", patience())
                        .isFalse();
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
