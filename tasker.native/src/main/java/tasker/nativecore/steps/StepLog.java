package tasker.nativecore.steps;

import java.util.HashMap;
import java.util.Map;
import tasker.events.api.StepRequest;

/** Tell in the log which step is being worked on. */
final class StepLog {
    private StepLog() {}

    /** The context of the log. */
    static Map<String, String> of(String workerId, StepRequest request) {
        Map<String, String> ids = new HashMap<>();
        ids.put("worker_id", workerId);
        ids.put("step_id", request.stepId().toString());
        request.correlationId().ifPresent(id -> ids.put("correlation_id", id.toString()));
        return ids;
    }
}
