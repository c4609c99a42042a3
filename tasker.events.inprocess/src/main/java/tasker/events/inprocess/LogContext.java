package tasker.events.inprocess;

import java.util.HashMap;
import java.util.Map;
import org.slf4j.MDC;
import tasker.events.api.InProcessDomainEvent;

/**
 * Tell in the log which event a listener or a subscriber is called for, on threads that are this module's own.
 *
 * @param workerId names the worker; blank where there is none
 */
record LogContext(String workerId) {
    /** For pollers that belong to no worker. */
    static final LogContext NO_WORKER = new LogContext("");

    /** Tell of this event until {@link #leave}. */
    void enter(InProcessDomainEvent event) {
        Map<String, String> ids = new HashMap<>();
        if (!workerId.isEmpty()) {
            ids.put("worker_id", workerId);
        }
        ids.put("event_id", event.eventId().toString());
        event.correlationId().ifPresent(id -> ids.put("correlation_id", id.toString()));
        MDC.setContextMap(ids);
    }

    /** Tell of nothing any more, whatever was added meanwhile. */
    void leave() {
        MDC.clear();
    }
}
