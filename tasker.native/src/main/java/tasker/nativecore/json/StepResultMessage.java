package tasker.nativecore.json;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.spi.ReceivedStep;

/** Tell in JSON how a step ended, in a queue or over HTTP; {@code docs/steps.md} describes it. */
public final class StepResultMessage {
    private StepResultMessage() {}

    /**
     * The fields of the message, with those that tie a result to where its step came from.
     *
     * @param fleet the ids that workers of another kind know the step by
     * @param workerId who ran it
     */
    public static Map<String, @Nullable Object> fields(
            StepOutcome outcome, Optional<ReceivedStep.FleetIds> fleet, String workerId) {
        Map<String, @Nullable Object> fields = fields(outcome);
        fleet.ifPresent(ids -> {
            fields.put("task_uuid", ids.taskUuid().toString());
            fields.put("step_uuid", ids.stepUuid().toString());
        });
        fields.put("worker_id", workerId);
        return fields;
    }

    /** The fields of the message, in their order. */
    public static Map<String, @Nullable Object> fields(StepOutcome outcome) {
        StepRequest request = outcome.request();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("step_id", request.stepId().toString());
        fields.put("handler", request.handler());
        fields.put("attempt", request.attempt());
        request.correlationId().ifPresent(id -> fields.put("correlation_id", id.toString()));
        fields.put("execution_time_ms", outcome.executionTime().toNanos() / 1e6);
        fields.put("ended_at", outcome.endedAt().toString());
        switch (outcome.result()) {
            case StepResult.Success success -> {
                fields.put("status", "success");
                fields.put("output", success.output());
            }
            case StepResult.Failure failure -> {
                fields.put("status", "failure");
                fields.put("failure", failure.kind().name().toLowerCase(Locale.ROOT));
                fields.put("reason", failure.reason());
            }
        }
        return fields;
    }
}
