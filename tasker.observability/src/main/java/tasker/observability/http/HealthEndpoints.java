package tasker.observability.http;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tasker.events.api.ComponentHealth;
import tasker.events.api.HealthCheck;
import tasker.events.api.HealthStatus;
import tasker.events.api.WorkerState;
import tasker.nativecore.WorkerSystem;

/**
 * Answer probes by the rules of MicroProfile Health: 200 is up, 503 is down, 500 could not be determined.
 *
 * <p>A degraded worker is up: it does its work.
 */
final class HealthEndpoints {
    private static final int UP = 200;
    private static final int DOWN = 503;

    private final WorkerSystem worker;
    private final String workerId;

    HealthEndpoints(WorkerSystem worker, String workerId) {
        this.worker = worker;
        this.workerId = workerId;
    }

    List<Route> routes() {
        return List.of(
                Route.open("/health", "status of the worker", this::health),
                Route.open("/health/live", "whether the process does its work, nothing else asked", this::live),
                Route.open("/livez", "the same as /health/live", this::live),
                Route.open("/health/ready", "whether the worker takes work, with its checks", this::ready),
                Route.open("/readyz", "the same as /health/ready", this::ready),
                Route.open("/health/started", "whether the worker has started", this::started),
                Route.open("/health/detailed", "every component's health", this::detailed));
    }

    private void health(Exchange exchange) throws IOException {
        HealthStatus status = worker.health().status();
        exchange.json(code(status), summary(status));
    }

    private void live(Exchange exchange) throws IOException {
        answer(exchange, worker.isLive());
    }

    private void started(Exchange exchange) throws IOException {
        WorkerState state = worker.state();
        answer(exchange, state == WorkerState.RUNNING || state == WorkerState.SHUTTING_DOWN);
    }

    private void ready(Exchange exchange) throws IOException {
        WorkerState state = worker.state();
        HealthStatus status = HealthStatus.UNHEALTHY;
        Map<String, Object> checks = new LinkedHashMap<>();
        if (state == WorkerState.RUNNING) {
            HealthCheck health = worker.health();
            status = health.status();
            health.components().forEach((name, component) -> checks.put(name, check(component)));
        }
        Map<String, Object> body = summary(status);
        body.put("state", state.text());
        body.put("checks", checks);
        exchange.json(code(status), body);
    }

    private void detailed(Exchange exchange) throws IOException {
        HealthCheck health = worker.health();
        exchange.json(code(health.status()), health);
    }

    private void answer(Exchange exchange, boolean up) throws IOException {
        HealthStatus status = up ? HealthStatus.HEALTHY : HealthStatus.UNHEALTHY;
        exchange.json(code(status), summary(status));
    }

    private Map<String, Object> summary(HealthStatus status) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", status.text());
        body.put("timestamp", Instant.now());
        body.put("worker_id", workerId);
        return body;
    }

    private static Map<String, Object> check(ComponentHealth component) {
        Map<String, Object> check = new LinkedHashMap<>();
        check.put("status", component.status().text());
        component.message().ifPresent(message -> check.put("message", message));
        check.put("duration_ms", component.durationMs());
        check.put("last_checked", component.lastCheck());
        return check;
    }

    private static int code(HealthStatus status) {
        return status == HealthStatus.UNHEALTHY ? DOWN : UP;
    }
}
