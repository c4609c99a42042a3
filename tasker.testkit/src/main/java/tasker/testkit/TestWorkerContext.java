package tasker.testkit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasker.events.api.InvalidValueException;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerConfig;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;
import tasker.events.api.spi.WorkerContext;
import tasker.events.api.spi.WorkerService;

/**
 * Stand for the worker that a service is started by: settings from memory, meters that are exact, and a database where
 * the test gives one.
 *
 * <p>The settings are as strict as a worker's: a name that the service does not declare, a value that its key refuses,
 * and a key that is asked for and not declared, are errors. Set everything up on one thread, before the service starts;
 * what a service gets is safe for use by many threads.
 */
public final class TestWorkerContext implements WorkerContext {
    private final String section;
    private final Map<String, SettingKey<?>> declared = new HashMap<>();
    private final Map<String, String> values = new HashMap<>();
    private final TestMeters meters = new TestMeters();
    private final WorkerConfig defaults =
            new WorkerConfig("test-worker", "test", "test", 50, 1_000, 64, 30_000, 1_000, 1_000);
    private WorkerConfig worker = defaults;
    private @Nullable DatabaseSettings database;

    private TestWorkerContext(String section, List<SettingKey<?>> keys) {
        this.section = section;
        keys.forEach(key -> declared.put(key.name(), key));
    }

    /** Be the worker of this service, with the defaults of its settings, and without a database. */
    public static TestWorkerContext of(WorkerService service) {
        return new TestWorkerContext(service.name(), service.settings());
    }

    /**
     * Set one of the service's settings, as it would stand in the file.
     *
     * @throws IllegalArgumentException when the service declares no such setting
     * @throws InvalidValueException when the setting refuses the value
     */
    public TestWorkerContext set(String name, String value) {
        SettingKey<?> key = declared.get(name);
        if (key == null) {
            throw new IllegalArgumentException("[" + section + "] has no setting '" + name + "'; it has "
                    + declared.keySet().stream().sorted().toList());
        }
        key.parse(value);
        values.put(name, value);
        return this;
    }

    /** Be a worker with these settings. */
    public TestWorkerContext worker(WorkerConfig config) {
        worker = config;
        return this;
    }

    /** Be a worker of this namespace. */
    public TestWorkerContext namespace(String namespace) {
        return worker(new WorkerConfig(
                worker.workerId(),
                namespace,
                worker.environment(),
                worker.pollingIntervalMs(),
                worker.starvationThresholdMs(),
                worker.maxConcurrentHandlers(),
                worker.handlerTimeoutMs(),
                worker.dispatchBufferSize(),
                worker.completionBufferSize()));
    }

    /** Have this database. */
    public TestWorkerContext database(DatabaseSettings settings) {
        database = settings;
        return this;
    }

    @Override
    public WorkerConfig worker() {
        return worker;
    }

    @Override
    public Settings settings() {
        return new TestSettings(section, Map.copyOf(declared), Map.copyOf(values));
    }

    @Override
    public TestMeters meters() {
        return meters;
    }

    /** Report what the service has recorded with its meters. */
    @Override
    public void collect(MetricsSink sink) {
        meters.collect(sink);
    }

    @Override
    public DatabaseSettings database() {
        return Optional.ofNullable(database)
                .orElseThrow(
                        () -> new TaskerException("TASKER-D101", "this test has no database; give its context one"));
    }

    private record TestSettings(String section, Map<String, SettingKey<?>> declared, Map<String, String> values)
            implements Settings {
        @Override
        public <T> T get(SettingKey<T> key) {
            if (!declared.containsKey(key.name())) {
                throw new IllegalArgumentException(
                        "the section '" + section + "' declares no setting '" + key.name() + "'");
            }
            return key.parse(values.getOrDefault(key.name(), key.defaultText()));
        }
    }
}
