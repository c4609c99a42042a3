package tasker.observability;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerConfig;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;
import tasker.events.api.spi.WorkerContext;

/** Give a service under test what a worker would, with settings from a map. */
public final class TestContext implements WorkerContext, Settings, Meters {
    /** The settings of the worker that does not exist. */
    public static final WorkerConfig CONFIG =
            new WorkerConfig("worker-1", "orders", "test", 50, 1_000, 10, 30_000, 100, 100);

    private final Map<String, String> values;
    private final Map<MetricId, Count> counters = new ConcurrentHashMap<>();

    /** Give these settings, and defaults for others. */
    public TestContext(Map<String, String> values) {
        this.values = values;
    }

    /** What was counted under this id. */
    public long count(MetricId id) {
        return counters.getOrDefault(id, new Count(new LongAdder())).value();
    }

    @Override
    public WorkerConfig worker() {
        return CONFIG;
    }

    @Override
    public Settings settings() {
        return this;
    }

    @Override
    public Meters meters() {
        return this;
    }

    @Override
    public <T> T get(SettingKey<T> key) {
        return key.parse(values.getOrDefault(key.name(), key.defaultText()));
    }

    @Override
    public Counter counter(MetricId id) {
        return counters.computeIfAbsent(id, ignored -> new Count(new LongAdder()));
    }

    @Override
    public Timer timer(MetricId id) {
        Counter count = counter(id);
        return new Timer() {
            @Override
            public void record(long nanos) {
                count.increment();
            }

            @Override
            public Distribution sinceStart() {
                throw new AssertionError("nothing under test reads what it recorded");
            }
        };
    }

    @Override
    public DatabaseSettings database() {
        throw new TaskerException("TASKER-D101", "there is no database in this test");
    }

    private record Count(LongAdder adder) implements Counter {
        @Override
        public void add(long amount) {
            adder.add(amount);
        }

        @Override
        public long value() {
            return adder.sum();
        }
    }
}
