package tasker.observability.http;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;
import tasker.nativecore.WorkerSystem;
import tasker.observability.metrics.Exposition;
import tasker.observability.metrics.ExpositionFormat;

/** Answer scrapes, and measure what they cost. */
final class MetricsEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsEndpoints.class);

    private final WorkerSystem worker;
    private final Meters.Timer duration;
    private final Meters.Counter duplicates;
    private final AtomicReference<@Nullable Exposition> spare = new AtomicReference<>();
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    MetricsEndpoints(WorkerSystem worker, Meters meters) {
        this.worker = worker;
        duration = meters.timer(
                MetricId.of("tasker_http_scrape_duration_seconds", "Time to collect and write one scrape."));
        duplicates = meters.counter(MetricId.of(
                "tasker_http_duplicate_series_total",
                "Series left out of scrapes because another one had their name and labels."));
    }

    List<Route> routes() {
        return List.of(
                Route.open("/metrics", "metrics as Prometheus text or OpenMetrics, by Accept", this::scrape),
                Route.open("/metrics/worker", "the worker's own figures", this::figures));
    }

    private void scrape(Exchange exchange) throws IOException {
        long start = System.nanoTime();
        ExpositionFormat format = ExpositionFormat.negotiate(exchange.header("Accept"));
        byte[] body = collect(format);
        duration.record(System.nanoTime() - start);
        exchange.set("Vary", "Accept").send(200, format.contentType(), body);
    }

    private byte[] collect(ExpositionFormat format) {
        // The last one is used again, for the room that it has; who scrapes at the same time makes another.
        Exposition idle = spare.getAndSet(null);
        Exposition exposition = idle == null || idle.format() != format ? new Exposition(format) : idle;
        exposition.reset();
        worker.collect(exposition);
        duplicates.add(exposition.duplicates());
        for (String name : exposition.duplicateNames()) {
            if (reported.add(name)) {
                LOG.warn("event=metric_duplicate metric={} kept=first", name);
            }
        }
        byte[] body = exposition.toBytes();
        spare.set(exposition);
        return body;
    }

    private void figures(Exchange exchange) throws IOException {
        exchange.json(200, worker.metrics());
    }
}
