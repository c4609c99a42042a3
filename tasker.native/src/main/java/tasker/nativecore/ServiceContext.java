package tasker.nativecore;

import tasker.events.api.WorkerConfig;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.Settings;
import tasker.events.api.spi.WorkerContext;
import tasker.nativecore.lifecycle.WorkerDatabase;

/** Give one service what it may use. */
record ServiceContext(WorkerConfig worker, Settings settings, Meters meters, WorkerDatabase source)
        implements WorkerContext {
    @Override
    public DatabaseSettings database() {
        return source.get();
    }
}
