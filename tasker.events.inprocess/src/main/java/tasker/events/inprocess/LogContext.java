package tasker.events.inprocess;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.MDC;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.TraceContext;

/**
 * Call listeners and subscribers with what they should know around them: the ids of the event in the log, and its trace
 * context as the current one. For threads that are this module's own.
 *
 * @param workerId names the worker; blank where there is none
 */
record LogContext(String workerId) {
    /** For pollers that belong to no worker. */
    static final LogContext NO_WORKER = new LogContext("");

    /** Make a call for this event. */
    void call(InProcessDomainEvent event, Optional<TraceContext> trace, Runnable call) {
        Map<String, String> ids = new HashMap<>();
        if (!workerId.isEmpty()) {
            ids.put("worker_id", workerId);
        }
        ids.put("event_id", event.eventId().toString());
        event.correlationId().ifPresent(id -> ids.put("correlation_id", id.toString()));
        trace.ifPresent(context -> ids.put("trace_id", context.traceId()));
        MDC.setContextMap(ids);
        try {
            if (trace.isPresent()) {
                trace.get().run(call);
            } else {
                call.run();
            }
        } finally {
            // With whatever was added meanwhile.
            MDC.clear();
        }
    }
}
