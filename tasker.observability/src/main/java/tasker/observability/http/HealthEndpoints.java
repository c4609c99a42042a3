package tasker.observability.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tasker.events.api.ComponentHealth;
import tasker.events.api.HealthCheck;
import tasker.events.api.HealthStatus;
import tasker.events.api.WorkerState;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.HealthGroups;

/**
 * Answer probes by the rules of MicroProfile Health: 200 is up, 503 is down, 500 could not be determined.
 *
 * <p>A degraded worker is up: it does its work. The status is for everybody; who sees reasons and figures is a setting.
 */
final class HealthEndpoints {
    private final WorkerSystem worker;
    private final String workerId;
    private final HealthDetails details;
    private final Access access;

    HealthEndpoints(WorkerSystem worker, String workerId, HealthDetails details, Access access) {
        this.worker = worker;
        this.workerId = workerId;
        this.details = details;
        this.access = access;
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>(List.of(
                Route.open("/health", "status of the worker", this::health),
                Route.open("/health/live", "whether the process does its work, nothing else asked", this::live),
                Route.open("/livez", "the same as /health/live", this::live),
                Route.open("/health/ready", "whether the worker takes work, with its checks", this::ready),
                Route.open("/readyz", "the same as /health/ready", this::ready),
                Route.open("/health/started", "whether the worker has started", this::started)));
        for (String group : worker.healthGroups()) {
            if (!group.equals(HealthGroups.READY)) {
                routes.add(Route.open(
                        "/health/" + group,
                        "health of the group " + group + " of worker.health-groups",
                        exchange -> group(exchange, group)));
            }
        }
        String description = "every component's health";
        switch (details) {
            case ALWAYS -> routes.add(Route.open("/health/detailed", description, this::detailed));
            case WITH_TOKEN -> routes.add(Route.guarded("GET", "/health/detailed", description, this::detailed));
            case NEVER -> {}
        }
        return routes;
    }

    private void health(Exchange exchange) throws IOException {
        new HealthBody(workerId, worker.health().status()).send(exchange);
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
        Map<String, ComponentHealth> checks = Map.of();
        if (state == WorkerState.RUNNING) {
            HealthCheck health = worker.health(HealthGroups.READY);
            status = health.status();
            checks = health.components();
        }
        new HealthBody(workerId, status, Optional.of(state), shown(exchange, checks)).send(exchange);
    }

    private void group(Exchange exchange, String group) throws IOException {
        HealthCheck health = worker.health(group);
        new HealthBody(workerId, health.status(), Optional.empty(), shown(exchange, health.components()))
                .send(exchange);
    }

    private void detailed(Exchange exchange) throws IOException {
        HealthCheck health = worker.health();
        if (HealthBody.prefersHealthJson(exchange)) {
            new HealthBody(workerId, health.status(), Optional.of(worker.state()), Optional.of(health.components()))
                    .send(exchange);
        } else {
            exchange.set("Vary", "Accept, Authorization").json(HealthBody.code(health.status()), health);
        }
    }

    private Optional<Map<String, ComponentHealth>> shown(Exchange exchange, Map<String, ComponentHealth> checks) {
        return details.areShownTo(exchange, access) ? Optional.of(checks) : Optional.empty();
    }

    private void answer(Exchange exchange, boolean up) throws IOException {
        new HealthBody(workerId, up ? HealthStatus.HEALTHY : HealthStatus.UNHEALTHY).send(exchange);
    }
}
