package tasker.events.api.spi;

import java.util.Optional;

/**
 * Hold the steps of a worker's namespace in a durable store. A {@link DurableTransport} may implement it too; the
 * worker then reads steps from it while it runs.
 */
public interface StepQueue extends WorkerService {
    /**
     * Open a source of steps, which the caller closes; empty when it is configured not to give any. Called once, after
     * {@link #start}, and only in a worker that has a {@link StepHandler}. It does not wait for the store: a source
     * whose store is away says so when it is read, again and again, until the store is back.
     */
    Optional<StepSource> openSteps();
}
