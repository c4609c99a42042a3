package tasker.events.inprocess;

import java.util.Map;
import tasker.events.api.WorkerConfig;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;
import tasker.events.api.spi.WorkerContext;

/** Start a transport with these texts for its settings, and the defaults of others. */
record TestContext(Map<String, String> values) implements WorkerContext {
    /** A minute: what arrives sooner, arrives because the publisher woke it. */
    private static final long POLLING_INTERVAL_MS = 60_000;

    static TestContext capacity(int capacity) {
        return new TestContext(Map.of("capacity", Integer.toString(capacity)));
    }

    @Override
    public WorkerConfig worker() {
        return new WorkerConfig("tests", "default", "test", POLLING_INTERVAL_MS, 1_000, 1, 1_000, 1, 1);
    }

    @Override
    public Settings settings() {
        return new Settings() {
            @Override
            public <T> T get(SettingKey<T> key) {
                return key.parse(values.getOrDefault(key.name(), key.defaultText()));
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
