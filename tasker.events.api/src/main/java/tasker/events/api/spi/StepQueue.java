package tasker.events.api.spi;

/**
 * Hold the steps of a worker's namespace in a durable store. A {@link DurableTransport} may implement it too; the
 * worker then reads steps from it while it runs.
 */
public interface StepQueue extends WorkerService {
    /** Open a source of steps, which the caller closes. Called once, after {@link #start}. */
    StepSource openSteps();
}
