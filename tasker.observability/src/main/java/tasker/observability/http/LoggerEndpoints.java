package tasker.observability.http;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.InvalidValueException;
import tasker.events.api.TaskerException;
import tasker.nativecore.LoggerLevel;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.json.Json;

/** Show and change how much each logger logs. */
final class LoggerEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(LoggerEndpoints.class);
    private static final String ALL = "/loggers";
    private static final String ONE = "/loggers/";
    private static final int MAX_BODY = 4_096;

    private final WorkerSystem worker;

    LoggerEndpoints(WorkerSystem worker) {
        this.worker = worker;
    }

    List<Route> routes() {
        return List.of(
                Route.guarded("GET", ALL, "the level of every logger", this::all),
                Route.guarded("GET", ONE, "the level of the logger whose name follows", this::one),
                Route.guarded("PUT", ONE, "set it: {\"level\": \"debug\"}, or null to inherit again", this::change));
    }

    private void all(Exchange exchange) throws IOException {
        try {
            exchange.json(200, Map.of("loggers", worker.logLevels().all()));
        } catch (TaskerException e) {
            throw refused(e);
        }
    }

    private void one(Exchange exchange) throws IOException {
        String name = exchange.path().substring(ONE.length());
        if (name.isEmpty()) {
            all(exchange);
            return;
        }
        try {
            exchange.json(200, worker.logLevels().of(name));
        } catch (TaskerException e) {
            throw refused(e);
        }
    }

    private void change(Exchange exchange) throws IOException {
        EventIntake.requireJson(exchange);
        byte[] body = exchange.body(MAX_BODY);
        try {
            String name = exchange.path().substring(ONE.length());
            Optional<String> level = level(Json.object(PublishRequest.decode(body)));
            LoggerLevel changed = worker.logLevels().set(name, level);
            LOG.info(
                    "event=log_level_changed logger={} level={} effective_level={}",
                    changed.name(),
                    changed.level().orElse("inherited"),
                    changed.effectiveLevel());
            exchange.json(200, changed);
        } catch (TaskerException e) {
            throw refused(e);
        }
    }

    private static Optional<String> level(Map<String, @Nullable Object> body) {
        for (String field : body.keySet()) {
            if (!field.equals("level")) {
                throw new InvalidValueException(field, "is unknown; expected level");
            }
        }
        if (!body.containsKey("level")) {
            throw new InvalidValueException("level", "is required, a text, or null to inherit");
        }
        return switch (body.get("level")) {
            case null -> Optional.empty();
            case String text -> Optional.of(text);
            default -> throw new InvalidValueException("level", "must be a text, or null to inherit");
        };
    }

    private static HttpFailure refused(TaskerException e) {
        return new HttpFailure(e instanceof InvalidValueException ? 400 : 501, e, Map.of());
    }
}
