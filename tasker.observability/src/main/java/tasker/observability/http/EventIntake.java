package tasker.observability.http;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.events.api.PublishException;
import tasker.events.api.TaskerException;
import tasker.nativecore.WorkerSystem;

/** Publish the events that clients send. */
final class EventIntake {
    /** 1.1 MiB: the largest payload and what stands around it. */
    static final int MAX_BODY = DomainEvent.MAX_PAYLOAD_BYTES + DomainEvent.MAX_PAYLOAD_BYTES / 10;

    private final WorkerSystem worker;
    private final String workerId;

    EventIntake(WorkerSystem worker, String workerId) {
        this.worker = worker;
        this.workerId = workerId;
    }

    Route route() {
        return Route.guarded("POST", "/events", "publish an event", this::publish)
                .thatLasts();
    }

    /** Answer 201 once the event is committed, 202 when only the fast path has it. */
    private void publish(Exchange exchange) throws IOException {
        requireJson(exchange);
        PublishRequest request = read(exchange);
        DomainEvent event = exchange.trace().map(request.event()::withTrace).orElseGet(request::event);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("event_id", event.eventId());
        body.put("mode", request.mode().text());
        try {
            worker.publish(event, request.mode());
        } catch (PublishException e) {
            // With the id a client can retry with the same event, so that readers can tell a duplicate.
            body.put("may_have_been_written", e.mayHaveBeenWritten());
            throw new HttpFailure(503, e, body);
        } catch (InvalidValueException e) {
            throw new HttpFailure(400, e, Map.of());
        } catch (TaskerException e) {
            throw new HttpFailure(e.code().equals("TASKER-W201") ? 501 : 503, e, body);
        }
        exchange.json(request.mode() == DeliveryMode.FAST ? 202 : 201, body);
    }

    private PublishRequest read(Exchange exchange) throws IOException {
        byte[] body = exchange.body(MAX_BODY);
        try {
            return PublishRequest.parse(body, workerId);
        } catch (InvalidValueException e) {
            throw new HttpFailure(400, e, Map.of());
        }
    }

    /** A page of another site can send a body without asking first, but not one of this type. */
    static void requireJson(Exchange exchange) {
        String type = exchange.header("Content-Type").orElse("");
        int end = type.indexOf(';');
        String media = (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        if (!media.equals("application/json")) {
            throw new HttpFailure(415, "TASKER-H109", "the Content-Type is '" + type + "'; send application/json");
        }
    }
}
