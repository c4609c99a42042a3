package tasker.observability.http;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasker.events.api.ConfigSetting;
import tasker.events.api.HealthCheck;
import tasker.events.api.WorkerConfig;
import tasker.events.api.spi.Distribution;
import tasker.nativecore.WorkerSystem;

/**
 * Show all that a person wants at a glance, taken at one moment: what the page at {@code /} and {@code tasker top}
 * draw.
 *
 * <p>Its figures are also in {@code /metrics}; what was not measured is absent or null. The components' health is there
 * for those who may see it. Immutable.
 */
final class Overview {
    private static final String WINDOW = "worker.metrics-window-ms";

    private final WorkerSystem worker;
    private final String runId;
    private final HealthDetails details;
    private final Access access;
    private final String version;

    /**
     * Show this worker.
     *
     * @param runId tells this life of the worker from others
     */
    Overview(WorkerSystem worker, String runId, HealthDetails details, Access access) {
        this.worker = worker;
        this.runId = runId;
        this.details = details;
        this.access = access;
        version = Optional.ofNullable(Overview.class.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .orElse("");
    }

    Route route() {
        return Route.open("/overview", "what / and tasker top show, in one answer", this::answer);
    }

    private void answer(Exchange exchange) throws IOException {
        OverviewSink sink = new OverviewSink();
        worker.collect(sink);
        WorkerConfig config = worker.config();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("sampled_at", Instant.now());
        body.put("worker_id", config.workerId());
        body.put("run_id", runId);
        body.put("namespace", config.namespace());
        body.put("environment", config.environment());
        body.put("version", version);
        body.put("state", worker.state().text());
        body.put("health", health(exchange));
        body.put("metrics", worker.metrics());
        body.put("execution", execution());
        body.put("max_concurrent_handlers", config.maxConcurrentHandlers());
        body.putAll(sink.figures());
        exchange.set("Vary", "Authorization").json(200, body);
    }

    private Map<String, Object> health(Exchange exchange) {
        HealthCheck health = worker.health();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", health.status().text());
        body.put("details", details.text());
        if (details.areShownTo(exchange, access)) {
            body.put("components", health.components());
        }
        return body;
    }

    private Map<String, @Nullable Object> execution() {
        Distribution recent = worker.recentExecution();
        boolean any = recent.count() > 0;
        Map<String, @Nullable Object> figures = new LinkedHashMap<>();
        worker.settings().stream()
                .filter(setting -> setting.key().equals(WINDOW))
                .findFirst()
                .map(ConfigSetting::value)
                .ifPresent(window -> figures.put("window_ms", Long.valueOf(window)));
        figures.put("count", recent.count());
        figures.put("p50_ms", any ? recent.quantileNanos(0.50) / 1e6 : null);
        figures.put("p95_ms", any ? recent.quantileNanos(0.95) / 1e6 : null);
        figures.put("p99_ms", any ? recent.quantileNanos(0.99) / 1e6 : null);
        return figures;
    }
}
