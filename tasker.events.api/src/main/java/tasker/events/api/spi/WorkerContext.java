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
     * Report every metric of the worker, as a scrape gets them: its own figures, the meters of all services, and all
     * metrics sources. For a service that sends them somewhere; a sink that throws ends the report.
     */
    default void collect(MetricsSink sink) {}

    /**
     * The database that the worker uses, started when it is first asked for. A password that is kept in a file is read
     * from there each time: ask again when the database refuses it.
     *
     * @throws TaskerException {@code TASKER-D101} when none is configured, {@code TASKER-C105} when the file of the
     *     password cannot be read
     */
    DatabaseSettings database();
}
