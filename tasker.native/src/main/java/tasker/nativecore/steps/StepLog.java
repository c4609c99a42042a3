package tasker.nativecore.steps;

import org.slf4j.MDC;
import tasker.events.api.StepRequest;

/** Tell in the log which step is being worked on. */
final class StepLog {
    private static final String WORKER = "worker_id";
    private static final String STEP = "step_id";
    private static final String CORRELATION = "correlation_id";

    private StepLog() {}

    /** Make it the context of what this thread logs, instead of whatever is there. */
    static void enter(String workerId, StepRequest request) {
        // One by one, which spares a map and its copy: that was a quarter of what a step without work costs.
        MDC.clear();
        MDC.put(WORKER, workerId);
        MDC.put(STEP, request.stepId().toString());
        if (request.correlationId().isPresent()) {
            MDC.put(CORRELATION, request.correlationId().get().toString());
        }
    }
}
