package tasker.events.inprocess;

import tasker.events.api.WorkerConfig;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;
import tasker.events.api.spi.WorkerContext;

/** Start a transport with this text for each of its settings. */
record TestContext(String value) implements WorkerContext {
    /** A minute: what arrives sooner, arrives because the publisher woke it. */
    private static final long POLLING_INTERVAL_MS = 60_000;

    @Override
    public WorkerConfig worker() {
        return new WorkerConfig("tests", "default", "test", POLLING_INTERVAL_MS, 1_000, 1, 1_000, 1, 1);
    }

    @Override
    public Settings settings() {
        return new Settings() {
            @Override
            public <T> T get(SettingKey<T> key) {
                return key.parse(value);
            }
        };
    }

    @Override
    public Meters meters() {
        throw unexpected("meters");
    }

    @Override
    public DatabaseSettings database() {
        throw unexpected("database");
    }

    private static IllegalStateException unexpected(String what) {
        return new IllegalStateException("the fast path must not ask for " + what);
    }
}
