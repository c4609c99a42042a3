package tasker.events.api.spi;

/** Report the health of one component. */
public interface HealthContributor extends WorkerService {
    /**
     * Find out how the component is. Called on a thread of the core, side by side with other contributors, never twice
     * at a time, and not again while an answer is fresh. A check that has not answered within the time limit shows as
     * degraded for as long as it hangs; it is interrupted when the worker stops. A check that throws, or returns
     * {@code null}, shows as unhealthy with the exception's class.
     */
    HealthReport check() throws Exception;
}
