package tasker.events.api.spi;

import java.util.Optional;
import tasker.events.api.StepLimits;
import tasker.events.api.StepRequest;
import tasker.events.api.TaskerException;

/**
 * Hold the steps of a worker's namespace in a durable store. A {@link DurableTransport} may implement it too; the
 * worker then reads steps from it while it runs.
 */
public interface StepQueue extends WorkerService {
    /**
     * Open a source of steps, which the caller closes; empty when it is configured not to give any. Called after
     * {@link #start}, and only in a worker that has a {@link StepHandler}: once, and again when the last handler was
     * taken out while the worker runs and another one comes, after the source before was closed. It does not wait for
     * the store: a source whose store is away says so when it is read, again and again, until the store is back.
     */
    Optional<StepSource> openSteps();

    /**
     * Add a step to the queue of the worker's namespace, for whichever worker reads it; returns when it is committed.
     * Called from many threads, between {@link #start} and {@link #close}, also in a worker that reads no steps.
     *
     * @throws TaskerException when the step is not, or may not have been, added; its {@code step_id} tells a duplicate
     */
    void add(StepRequest request, StepLimits limits);
}
