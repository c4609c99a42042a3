package tasker.observability.http;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.InvalidValueException;
import tasker.events.api.TaskerException;
import tasker.nativecore.PluginManager;
import tasker.nativecore.PluginState;
import tasker.nativecore.PluginStatus;
import tasker.nativecore.WorkerSystem;

/**
 * Show and change the plugins of the worker.
 *
 * <p>A plugin may do all that the worker may: changes need the token even where only this machine reaches the server.
 */
final class PluginEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(PluginEndpoints.class);
    private static final String ALL = "/plugins";
    private static final String ONE = "/plugins/";

    private final WorkerSystem worker;
    private final Access access;
    private final int maxBytes;

    /** Take jars of at most so many bytes. */
    PluginEndpoints(WorkerSystem worker, Access access, int maxBytes) {
        this.worker = worker;
        this.access = access;
        this.maxBytes = maxBytes;
    }

    List<Route> routes() {
        return List.of(
                Route.guarded("GET", ALL, "every plugin, and how it stands", this::all),
                Route.guarded("GET", ONE, "the plugin whose name follows", this::one),
                Route.guarded("POST", ALL, "install the jar that is sent, as ?file=NAME.jar", this::install)
                        .thatLasts(),
                Route.guarded("POST", ONE, "stop or start the plugin whose name follows: ?action=…", this::act)
                        .thatLasts(),
                Route.guarded("PUT", ONE, "replace the plugin by the jar that is sent", this::replace)
                        .thatLasts(),
                Route.guarded("DELETE", ONE, "stop the plugin and delete its jar", this::remove)
                        .thatLasts());
    }

    private void all(Exchange exchange) throws IOException {
        exchange.json(
                200,
                Map.of(
                        "plugins",
                        worker.plugins().all().stream()
                                .map(PluginEndpoints::body)
                                .toList()));
    }

    private void one(Exchange exchange) throws IOException {
        String name = name(exchange);
        if (name.isEmpty()) {
            all(exchange);
            return;
        }
        PluginStatus found = worker.plugins()
                .find(name)
                .orElseThrow(() -> new HttpFailure(
                        404, "TASKER-P130", "no plugin is named '" + name + "'; GET /plugins lists them"));
        exchange.json(200, body(found));
    }

    private void install(Exchange exchange) throws IOException {
        String file = exchange.query("file")
                .get("file")
                .orElseThrow(() -> new HttpFailure(
                        400,
                        new InvalidValueException("file", "is missing: what the jar is called in the plugin folder"),
                        Map.of()));
        change(exchange, 201, "install", file, plugins -> plugins.install(file, exchange.upload(maxBytes)));
    }

    private void replace(Exchange exchange) throws IOException {
        String name = name(exchange);
        change(exchange, 200, "replace", name, plugins -> plugins.replace(name, exchange.upload(maxBytes)));
    }

    private void remove(Exchange exchange) throws IOException {
        String name = name(exchange);
        change(exchange, 200, "remove", name, plugins -> plugins.remove(name));
    }

    private void act(Exchange exchange) throws IOException {
        String name = name(exchange);
        String action = exchange.query("action").get("action").orElse("");
        switch (action) {
            case "stop" -> change(exchange, 200, action, name, plugins -> plugins.stop(name));
            case "start" -> change(exchange, 200, action, name, plugins -> plugins.start(name));
            default ->
                throw new HttpFailure(
                        400,
                        new InvalidValueException("action", "is '" + action + "'; expected stop or start"),
                        Map.of());
        }
    }

    private void change(Exchange exchange, int status, String what, String which, Change change) throws IOException {
        access.requireProof();
        PluginStatus changed;
        try {
            changed = change.make(worker.plugins());
        } catch (HttpFailure e) {
            throw e;
        } catch (TaskerException e) {
            LOG.warn("event=plugin_change_refused action={} plugin={} reason=\"{}\"", what, which, e.getMessage());
            throw new HttpFailure(status(e), e, Map.of());
        } catch (IOException e) {
            // Where it was the client that went, this answer reaches nobody.
            LOG.warn("event=plugin_change_failed action={} plugin={} reason=\"{}\"", what, which, e.toString());
            throw new HttpFailure(
                    500,
                    "TASKER-H116",
                    "the plugin folder cannot be written (" + e
                            + "); let the worker's account write there, or name another folder with plugins.directory");
        }
        exchange.json(status, body(changed));
    }

    private static int status(TaskerException refused) {
        return switch (refused.code()) {
            case "TASKER-P130" -> 404;
            case "TASKER-P131" -> 400;
            case "TASKER-W202" -> 503;
            case "TASKER-W212" -> 501;
            default -> 409;
        };
    }

    private static String name(Exchange exchange) {
        return exchange.path().substring(ONE.length());
    }

    private static Map<String, @Nullable Object> body(PluginStatus plugin) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("name", plugin.name());
        plugin.version().ifPresent(version -> body.put("version", version));
        body.put("state", plugin.state().text());
        if (plugin.state() instanceof PluginState.Failed failed) {
            body.put("cause", failed.cause());
        }
        if (plugin.state() instanceof PluginState.Stopped stopped
                && !stopped.left().isEmpty()) {
            body.put("left", stopped.left());
        }
        body.put("since", plugin.since().toString());
        body.put("place", plugin.place());
        plugin.sha256().ifPresent(sum -> body.put("sha256", sum));
        body.put("services", plugin.services());
        body.put("requires", plugin.requires());
        body.put("required_by", plugin.requiredBy());
        body.put("notes", plugin.notes());
        return body;
    }

    /** Make one change. */
    @FunctionalInterface
    private interface Change {
        PluginStatus make(PluginManager plugins) throws IOException;
    }
}
