package tasker.observability.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tasker.nativecore.WorkerSystem;

/** Show what the worker is made of: its settings and its providers. */
final class WorkerEndpoints {
    private WorkerEndpoints() {}

    static List<Route> routes(WorkerSystem worker) {
        return List.of(
                Route.guarded(
                        "GET",
                        "/config",
                        "the settings in force, and where each came from",
                        exchange -> exchange.json(200, config(worker))),
                Route.guarded(
                        "GET",
                        "/providers",
                        "every provider that was found, and what became of it",
                        exchange -> exchange.json(200, worker.providers())));
    }

    /** The route that lists the others. */
    static Route index(String workerId, List<Route> routes) {
        List<Map<String, Object>> endpoints =
                routes.stream().map(WorkerEndpoints::describe).toList();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("worker_id", workerId);
        body.put("endpoints", endpoints);
        return Route.open(
                "/", "a page for browsers, this list for others", Page.orElse(exchange -> exchange.json(200, body)));
    }

    private static Map<String, Object> config(WorkerSystem worker) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("worker", worker.config());
        body.put("settings", worker.settings());
        return body;
    }

    private static Map<String, Object> describe(Route route) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("method", route.method());
        body.put("path", route.path());
        body.put("description", route.description());
        return body;
    }
}
