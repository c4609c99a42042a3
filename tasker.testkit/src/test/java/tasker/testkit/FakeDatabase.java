package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tasker.events.api.spi.DatabaseProvider;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.WorkerContext;

/** Provide a database as one should, but for the promise that is broken. */
public final class FakeDatabase implements DatabaseProvider {
    private static final Set<DatabaseSettings> RUNNING = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Thread starter;

    /** Made by the tests. */
    public FakeDatabase() {}

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public void start(WorkerContext context) {
        starter = Thread.currentThread();
        if (!Broken.is("theDatabaseIsThereAfterTheStart")) {
            RUNNING.add(reachable());
        }
    }

    @Override
    public DatabaseSettings database() {
        return Broken.is("everyThreadIsToldTheSame") && starter != Thread.currentThread()
                ? new DatabaseSettings("jdbc:fake:other", Optional.empty(), Optional.empty())
                : reachable();
    }

    private static DatabaseSettings reachable() {
        String url = Broken.is("theUrlIsOfJdbc")
                ? "fake:1"
                : Broken.is("theUrlHoldsNoPassword") ? "jdbc:fake://me:secret@host/1" : "jdbc:fake://host/1";
        return new DatabaseSettings(url, Optional.of("me"), Optional.of("secret"));
    }

    @Override
    public void close() {
        RUNNING.clear();
    }

    /** Runs the contract. */
    static final class Contract extends DatabaseProviderContract {
        @Override
        protected DatabaseProvider create() {
            return new FakeDatabase();
        }

        @Override
        protected void connect(DatabaseSettings settings) {
            assertThat(RUNNING).contains(settings);
        }

        @Override
        protected Duration patience() {
            return Broken.PATIENCE;
        }
    }
}
