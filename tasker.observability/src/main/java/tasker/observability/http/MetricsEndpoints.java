package tasker.observability.http;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;
import tasker.nativecore.WorkerSystem;
import tasker.observability.metrics.Exposition;
import tasker.observability.metrics.ExpositionFormat;
import tasker.observability.metrics.SpareExpositions;

/** Answer scrapes, and measure what they cost. */
final class MetricsEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsEndpoints.class);

    private final WorkerSystem worker;
    private final Meters.Timer duration;
    private final Meters.Counter duplicates;
    private final SpareExpositions spares = new SpareExpositions();
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
        Exposition exposition = spares.take(format);
        int length = collect(exposition);
        duration.record(System.nanoTime() - start);
        exchange.set("Vary", "Accept").send(200, format.contentType(), length, exposition::writeTo);
        spares.giveBack(exposition);
    }

    private int collect(Exposition exposition) {
        worker.collect(exposition);
        duplicates.add(exposition.duplicates());
        for (String name : exposition.duplicateNames()) {
            if (reported.add(name)) {
                LOG.warn("event=metric_duplicate metric={} kept=first", name);
            }
        }
        return exposition.render();
    }

    private void figures(Exchange exchange) throws IOException {
        exchange.json(200, worker.metrics());
    }
}
