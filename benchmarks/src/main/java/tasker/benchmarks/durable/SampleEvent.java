package tasker.benchmarks.durable;

import java.util.LinkedHashMap;
import java.util.Map;
import tasker.events.api.DomainEvent;
import tasker.nativecore.json.Json;

/** Make the event that everybody writes: 305 bytes of JSON as it is stored. */
final class SampleEvent {
    private static final Map<String, Object> PAYLOAD = payload();

    private SampleEvent() {}

    private static Map<String, Object> payload() {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("order", 4711);
        payload.put("customer", "customer-0815");
        payload.put("total", 129.95);
        payload.put("items", 3);
        payload.put("note", "leave it at the door, and then ring twice, not once");
        return payload;
    }

    /** A new event. */
    static DomainEvent next() {
        return DomainEvent.of("order.created", PAYLOAD, "orders-worker");
    }

    /** A new event as the message that the durable path stores, for those who must write it themselves. */
    static String nextMessage() {
        DomainEvent event = next();
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("event_id", event.eventId().toString());
        message.put("event_type", event.eventType());
        message.put("payload", event.payload());
        message.put("timestamp", event.timestamp().toString());
        message.put("source", event.source());
        message.put("namespace", "bench");
        return Json.text(message);
    }
}
