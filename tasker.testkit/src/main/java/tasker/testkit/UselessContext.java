package tasker.testkit;

import tasker.events.api.WorkerConfig;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.Settings;
import tasker.events.api.spi.WorkerContext;

/** Give a service nothing, so that its start fails at the first thing that it needs. */
final class UselessContext implements WorkerContext {
    @Override
    public WorkerConfig worker() {
        throw useless();
    }

    @Override
    public Settings settings() {
        throw useless();
    }

    @Override
    public Meters meters() {
        throw useless();
    }

    @Override
    public DatabaseSettings database() {
        throw useless();
    }

    private static IllegalStateException useless() {
        return new IllegalStateException("this start is meant to fail");
    }
}
