package tasker.events.api.spi;

import tasker.events.api.TaskerException;
import tasker.events.api.WorkerConfig;

/** Give a service what it may use of its worker; safe for use by many threads. */
public interface WorkerContext {
    /** The worker's settings that are in force. */
    WorkerConfig worker();

    /** The values of the service's own {@link WorkerService#settings()}. */
    Settings settings();

    /** Make meters that the worker shows among its metrics. */
    Meters meters();

    /**
     * The database that the worker uses, started when it is first asked for.
     *
     * @throws TaskerException {@code TASKER-D101} when none is configured
     */
    DatabaseSettings database();
}
