package tasker.plugins.embeddedpostgres;

import java.nio.file.Path;
import java.util.Map;
import tasker.events.api.WorkerConfig;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;
import tasker.events.api.spi.WorkerContext;

/** Stand for a worker whose configuration sets these values in the plugin's section. */
record TestContext(Map<String, String> values) implements WorkerContext {
    /** The PostgreSQL that the build unpacked. */
    static final String HOME = Path.of("target/dist/postgres").toAbsolutePath().toString();

    static TestContext temporary() {
        return new TestContext(Map.of("home", HOME));
    }

    static TestContext in(Path dataDirectory) {
        return new TestContext(Map.of("home", HOME, "data-directory", dataDirectory.toString()));
    }

    static TestContext in(Path dataDirectory, String key, String value) {
        return new TestContext(Map.of("home", HOME, "data-directory", dataDirectory.toString(), key, value));
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
    public WorkerConfig worker() {
        throw new AssertionError("the plugin needs nothing of the worker");
    }

    @Override
    public Meters meters() {
        throw new AssertionError("the plugin records nothing");
    }

    @Override
    public DatabaseSettings database() {
        throw new AssertionError("the plugin is the database");
    }
}
