package tasker.events.api.spi;

/**
 * Run a database for the worker, such as an embedded one.
 *
 * <p>Started only when the configuration chooses it by its {@link #name()} ({@code database.provider}).
 */
public interface DatabaseProvider extends WorkerService {
    /** How to reach the database; called after {@link #start}, from any thread. */
    DatabaseSettings database();
}
