package tasker.observability.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bring each request to the endpoint of its path and method, and turn what goes wrong into an answer. */
final class Router implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    private final Map<String, Map<String, Route>> routes = new LinkedHashMap<>();
    private final Access access;
    private final Deadlines deadlines;
    private final RequestCounter counter;
    private final RequestThreads threads;
    private final StackTraces stacks = new StackTraces(System::nanoTime);

    Router(List<Route> routes, Access access, Deadlines deadlines, RequestCounter counter, RequestThreads threads) {
        for (Route route : routes) {
            this.routes
                    .computeIfAbsent(route.path(), ignored -> new LinkedHashMap<>())
                    .put(route.method(), route);
        }
        this.access = access;
        this.deadlines = deadlines;
        this.counter = counter;
        this.threads = threads;
    }

    @Override
    public void handle(HttpExchange http) {
        Exchange exchange = new Exchange(http, deadlines);
        String path = routeOf(exchange.path()).orElse("other");
        Optional<Route> known = find(exchange);
        if (known.filter(Route::lasting).isPresent()) {
            threads.executeLasting(() -> handle(http, exchange, path, known));
        } else {
            handle(http, exchange, path, known);
        }
    }

    private void handle(HttpExchange http, Exchange exchange, String path, Optional<Route> known) {
        try {
            answer(exchange, path, known);
        } catch (IOException e) {
            LOG.debug("event=http_client_gone path={} reason=\"{}\"", path, e.toString());
        } finally {
            counter.count(path, exchange.status());
            http.close();
        }
    }

    private void answer(Exchange exchange, String path, Optional<Route> known) throws IOException {
        try {
            route(exchange, known).endpoint().answer(exchange);
        } catch (HttpFailure failure) {
            exchange.json(failure.status(), failure.body());
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            log(path, e);
            if (exchange.status() == 0) {
                HttpFailure failure = new HttpFailure(
                        500,
                        "TASKER-H111",
                        "could not be determined: " + e.getClass().getName() + "; the worker's log has the details");
                exchange.json(failure.status(), failure.body());
            }
        }
    }

    private void log(String path, Throwable failure) {
        if (stacks.isDue(path, failure)) {
            LOG.error("event=http_failed code=TASKER-H111 path={}", path, failure);
        } else {
            LOG.error("event=http_failed code=TASKER-H111 path={} reason=\"{}\"", path, failure.toString());
        }
    }

    private Optional<Route> find(Exchange exchange) {
        return Optional.ofNullable(methods(exchange).get(exchange.isHead() ? "GET" : exchange.method()));
    }

    private Map<String, Route> methods(Exchange exchange) {
        return routeOf(exchange.path()).map(routes::get).orElse(Map.of());
    }

    private Route route(Exchange exchange, Optional<Route> known) {
        Map<String, Route> methods = methods(exchange);
        access.check(
                exchange,
                known.map(Route::guarded)
                        .orElseGet(() -> methods.values().stream().anyMatch(Route::guarded)));
        if (known.isPresent()) {
            return known.get();
        }
        if (methods.isEmpty()) {
            throw new HttpFailure(
                    404, "TASKER-H106", "there is nothing at '" + exchange.path() + "'; / lists what there is");
        }
        String allowed = allowed(methods);
        exchange.set("Allow", allowed);
        throw new HttpFailure(
                405,
                "TASKER-H107",
                "'" + exchange.path() + "' does not know " + exchange.method() + "; use " + allowed);
    }

    /** The path itself, or the folder that it is in, where that has a route. */
    private Optional<String> routeOf(String path) {
        String folder = path.substring(0, path.lastIndexOf('/') + 1);
        return Optional.of(path)
                .filter(routes::containsKey)
                .or(() -> Optional.of(folder).filter(known -> known.length() > 1 && routes.containsKey(known)));
    }

    private static String allowed(Map<String, Route> methods) {
        List<String> names = new ArrayList<>(methods.keySet());
        if (names.contains("GET")) {
            names.add("HEAD");
        }
        return String.join(", ", names);
    }
}
