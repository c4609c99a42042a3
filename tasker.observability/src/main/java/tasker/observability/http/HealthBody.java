package tasker.observability.http;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tasker.events.api.ComponentHealth;
import tasker.events.api.HealthStatus;
import tasker.events.api.WorkerState;
import tasker.observability.metrics.MediaRanges;

/**
 * Write the health in the form that the client asks for: our own, or {@code application/health+json}.
 *
 * @param workerId which worker
 * @param status what is said of it as a whole
 * @param state where it is in its life, where that is told
 * @param checks what was found of each component; empty where that is not shown
 * @see <a href="https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06">Health Check Response
 *     Format</a>
 */
record HealthBody(
        String workerId,
        HealthStatus status,
        Optional<WorkerState> state,
        Optional<Map<String, ComponentHealth>> checks) {
    private static final String HEALTH_JSON = "application/health+json";
    private static final int UP = 200;
    private static final int DOWN = 503;

    HealthBody(String workerId, HealthStatus status) {
        this(workerId, status, Optional.empty(), Optional.empty());
    }

    void send(Exchange exchange) throws IOException {
        exchange.set("Vary", "Accept, Authorization");
        if (prefersHealthJson(exchange)) {
            exchange.json(code(status), HEALTH_JSON, standard());
        } else {
            exchange.json(code(status), own());
        }
    }

    static boolean prefersHealthJson(Exchange exchange) {
        MediaRanges accepted = MediaRanges.of(exchange.header("Accept"));
        // A client that takes anything gets what most of them know.
        return accepted.quality("application", "health+json") > accepted.quality("application", "json");
    }

    /** A degraded worker is up: it does its work. */
    static int code(HealthStatus status) {
        return status == HealthStatus.UNHEALTHY ? DOWN : UP;
    }

    private Map<String, Object> own() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", status.text());
        body.put("timestamp", Instant.now());
        body.put("worker_id", workerId);
        state.ifPresent(known -> body.put("state", known.text()));
        checks.ifPresent(found -> {
            Map<String, Object> all = new LinkedHashMap<>();
            found.forEach((name, component) -> all.put(name, check(component)));
            body.put("checks", all);
        });
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

    private Map<String, Object> standard() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", word(status));
        body.put("serviceId", workerId);
        state.ifPresent(known -> body.put("output", "the worker is in state " + known.text()));
        checks.ifPresent(found -> {
            Map<String, Object> all = new LinkedHashMap<>();
            found.forEach((name, component) -> all.put(name + ":responseTime", List.of(standard(component))));
            body.put("checks", all);
        });
        return body;
    }

    private static Map<String, Object> standard(ComponentHealth component) {
        Map<String, Object> check = new LinkedHashMap<>();
        check.put("componentType", "component");
        check.put("observedValue", component.durationMs());
        check.put("observedUnit", "ms");
        check.put("status", word(component.status()));
        check.put("time", component.lastCheck());
        component.message().ifPresent(message -> check.put("output", message));
        return check;
    }

    private static String word(HealthStatus status) {
        return switch (status) {
            case HEALTHY -> "pass";
            case DEGRADED -> "warn";
            case UNHEALTHY -> "fail";
        };
    }
}
