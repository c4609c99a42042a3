package tasker.nativecore;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.MetricsSource;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.guard.Foreign;
import tasker.nativecore.metrics.StripedCounter;

/** Ask the metrics sources, so that one which throws spoils only its own figures; safe for use by many threads. */
final class MetricsSources {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsSources.class);

    private final Map<String, MetricsSource> sources = new ConcurrentSkipListMap<>();
    private final StripedCounter errors = new StripedCounter();

    void add(String name, MetricsSource source) {
        sources.put(name, source);
    }

    void remove(String name) {
        sources.remove(name);
    }

    /** Sources that threw when they were asked. */
    long errors() {
        return errors.value();
    }

    void collect(MetricsSink sink) {
        sources.forEach((name, source) -> {
            try {
                Foreign.run(source, () -> source.collect(sink));
            } catch (RuntimeException | Error e) {
                errors.increment();
                LOG.warn("event=metrics_source_failed source={}", name, Failures.loggable(e));
            }
        });
    }
}
