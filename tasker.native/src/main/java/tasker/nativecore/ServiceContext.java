package tasker.nativecore;

import java.util.function.Consumer;
import tasker.events.api.WorkerConfig;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.Settings;
import tasker.events.api.spi.WorkerContext;
import tasker.nativecore.lifecycle.WorkerDatabase;

/** Give one service what it may use. */
record ServiceContext(
        WorkerConfig worker, Settings settings, Meters meters, WorkerDatabase source, Consumer<MetricsSink> metrics)
        implements WorkerContext {
    @Override
    public void collect(MetricsSink sink) {
        metrics.accept(sink);
    }

    @Override
    public DatabaseSettings database() {
        return source.get();
    }
}
