package tasker.nativecore.lifecycle;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DatabaseProvider;
import tasker.events.api.spi.DatabaseSettings;
import tasker.nativecore.config.JdbcUrls;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;

/**
 * Give the worker's database to those who ask for it: the one that is configured, or one that a provider runs, which is
 * started when it is first asked for. Safe for use by many threads, which wait while the provider starts.
 */
public final class WorkerDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerDatabase.class);

    private final Choice choice;
    private final ServiceStack stack;
    private final Contexts contexts;
    private final Consumer<ManagedService> afterStart;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable DatabaseSettings settings;
    private @Nullable TaskerException failure;

    /**
     * Prepare to give what was chosen.
     *
     * @param choice what the configuration asks for
     * @param contexts makes the provider's context
     * @param stack starts and closes the provider; its own one, since it is closed after all others
     * @param afterStart is called when the provider has started
     */
    public WorkerDatabase(Choice choice, Contexts contexts, ServiceStack stack, Consumer<ManagedService> afterStart) {
        this.choice = choice;
        this.contexts = contexts;
        this.stack = stack;
        this.afterStart = afterStart;
    }

    /**
     * The database.
     *
     * @throws TaskerException {@code TASKER-C105} when its password file cannot be read any more, {@code TASKER-D101}
     *     when none is configured, {@code TASKER-D123} when the provider did not start, {@code TASKER-D124} when the
     *     worker has closed it
     */
    public DatabaseSettings get() {
        return switch (choice) {
            case Choice.Configured configured -> configured.settings().get();
            case Choice.None none -> throw new TaskerException("TASKER-D101", none.advice());
            case Choice.Provided provided -> get(provided.provider());
        };
    }

    private DatabaseSettings get(ManagedService provider) {
        lock.lock();
        try {
            if (settings == null && failure == null) {
                start(provider);
            }
            if (settings == null) {
                throw Optional.ofNullable(failure).orElseThrow();
            }
            return settings;
        } finally {
            lock.unlock();
        }
    }

    private void start(ManagedService provider) {
        try {
            stack.start(provider, contexts.of(provider));
            DatabaseProvider service = (DatabaseProvider) provider.service();
            settings = Foreign.call(service, service::database);
            afterStart.accept(provider);
            LOG.info("event=database_started provider={} url={}", provider.name(), JdbcUrls.masked(settings.url()));
        } catch (Throwable e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            failure = e instanceof TaskerException coded
                    ? coded
                    : new TaskerException(
                            "TASKER-D123",
                            "the database provider '" + provider.name() + "' did not start: " + Failures.describe(e)
                                    + "; see its log, or set database.url to a database that runs already",
                            e);
            provider.fail(Failures.message(failure));
        }
    }

    /** Close the provider, if it was started, within this time. */
    public void close(long deadlineNanos) {
        boolean locked = false;
        try {
            locked = lock.tryLock(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            if (locked) {
                settings = null;
                failure = new TaskerException("TASKER-D124", "the database was closed together with the worker");
            }
            stack.closeAll(deadlineNanos);
        } finally {
            if (locked) {
                lock.unlock();
            }
        }
    }

    /** Say which database the worker uses. */
    public sealed interface Choice {
        /**
         * Use the one whose address is configured.
         *
         * @param settings how to reach it, with the password that its file holds now
         */
        record Configured(Supplier<DatabaseSettings> settings) implements Choice {}

        /**
         * Use the one that this service runs.
         *
         * @param provider runs it
         */
        record Provided(ManagedService provider) implements Choice {}

        /**
         * Use none.
         *
         * @param advice what to tell those who ask for one
         */
        record None(String advice) implements Choice {}
    }
}
