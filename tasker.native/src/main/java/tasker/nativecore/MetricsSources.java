package tasker.nativecore;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.MetricsSource;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.metrics.StripedCounter;

/**
 * Ask the metrics sources side by side, each within the time limit, so that one which throws or hangs spoils only its
 * own figures; safe for use by many threads.
 */
final class MetricsSources {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsSources.class);

    private final long timeoutNanos;
    private final Map<String, MetricsSource> sources = new ConcurrentSkipListMap<>();
    private final Map<String, MetricsScrape> hanging = new ConcurrentHashMap<>();
    private final StripedCounter errors = new StripedCounter();

    /** Wait this long for a source. */
    MetricsSources(Duration timeout) {
        timeoutNanos = timeout.toNanos();
    }

    void add(String name, MetricsSource source) {
        sources.put(name, source);
    }

    void remove(String name) {
        sources.remove(name);
        MetricsScrape scrape = hanging.remove(name);
        if (scrape != null) {
            scrape.interrupt();
        }
    }

    /** Sources that threw, or did not answer in time, when they were asked. */
    long errors() {
        return errors.value();
    }

    void collect(MetricsSink sink) {
        long deadline = System.nanoTime() + timeoutNanos;
        Map<String, MetricsScrape> asked = new LinkedHashMap<>();
        sources.forEach((name, source) -> {
            MetricsScrape last = hanging.get(name);
            if (last == null || last.isDone()) {
                asked.put(name, new MetricsScrape(name, source));
            } else {
                failed(name, new TimeoutException("it still hangs from an earlier scrape"));
            }
        });
        asked.forEach((name, scrape) -> report(name, scrape, deadline, sink));
    }

    private void report(String name, MetricsScrape scrape, long deadline, MetricsSink sink) {
        boolean answered = false;
        try {
            answered = scrape.await(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (answered) {
            hanging.remove(name);
            scrape.replay(sink);
            scrape.failure().ifPresent(thrown -> failed(name, thrown));
        } else {
            hanging.put(name, scrape);
            failed(name, new TimeoutException("no answer within " + timeoutNanos / 1_000_000 + " ms"));
        }
    }

    private void failed(String name, Throwable thrown) {
        errors.increment();
        LOG.warn("event=metrics_source_failed source={}", name, Failures.loggable(thrown));
    }
}
