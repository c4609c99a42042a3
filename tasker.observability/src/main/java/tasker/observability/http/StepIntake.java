package tasker.observability.http;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tasker.events.api.InvalidValueException;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.TaskerException;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.json.StepMessage;
import tasker.nativecore.json.StepResultMessage;

/** Run the steps that clients send. */
final class StepIntake {
    private static final long MAX_WAIT_MILLIS = Duration.ofHours(1).toMillis();

    private final WorkerSystem worker;

    StepIntake(WorkerSystem worker) {
        this.worker = worker;
    }

    Route route() {
        return Route.guarded("POST", "/steps", "run a step; ?wait_ms=… answers with its result", this::submit)
                .thatLasts();
    }

    /** Answer 200 with the result when the step has ended within the wait, else 202 with its id. */
    private void submit(Exchange exchange) throws IOException, InterruptedException {
        EventIntake.requireJson(exchange);
        long wait = waitMillis(exchange);
        StepMessage message = read(exchange);
        CompletableFuture<StepOutcome> future;
        try {
            StepRequest request = message.request();
            future = worker.submit(
                    request.traceparent().isPresent() ? request : request.withTrace(exchange.trace()),
                    message.limits());
        } catch (TaskerException e) {
            throw new HttpFailure(e.code().equals("TASKER-S102") ? 404 : 503, e, Map.of());
        }
        try {
            exchange.json(200, StepResultMessage.fields(future.get(wait, TimeUnit.MILLISECONDS)));
        } catch (TimeoutException ignored) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("step_id", message.request().stepId());
            body.put("handler", message.request().handler());
            body.put("status", "accepted");
            exchange.json(202, body);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a step ends with an outcome, never exceptionally", e);
        }
    }

    private static StepMessage read(Exchange exchange) throws IOException {
        byte[] body = exchange.body(EventIntake.MAX_BODY);
        try {
            return StepMessage.read(PublishRequest.decode(body));
        } catch (InvalidValueException e) {
            throw new HttpFailure(400, e, Map.of());
        }
    }

    private static long waitMillis(Exchange exchange) {
        String text = exchange.query("wait_ms").get("wait_ms").orElse("0");
        try {
            long millis = Long.parseLong(text);
            if (millis >= 0 && millis <= MAX_WAIT_MILLIS) {
                return millis;
            }
        } catch (NumberFormatException ignored) {
            // Refused below, with the range.
        }
        throw new HttpFailure(
                400,
                new InvalidValueException("wait_ms", "is '" + text + "'; expected 0 to " + MAX_WAIT_MILLIS),
                Map.of());
    }
}
