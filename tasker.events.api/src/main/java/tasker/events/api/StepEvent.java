package tasker.events.api;

import java.util.Optional;

/**
 * Declare an event that the worker publishes when a step of a handler ends.
 *
 * <p>Declared in code and not by an annotation, because a schema is seldom a constant, and because code can decide from
 * the handler's settings. The payload is {@code {step_id, handler, attempt, output}} on success and {@code {step_id,
 * handler, attempt, failure, reason, input}} on failure. It is published after the result is committed; an event that
 * cannot be published is counted and logged, and never fails its step.
 *
 * @param eventType such as {@code order.processed}
 * @param condition which endings it is published for
 * @param mode the paths it takes
 * @param schema a JSON Schema that the payload must match, else it is not published; needs a {@code PayloadValidator}
 *     in the runtime
 */
public record StepEvent(String eventType, Condition condition, DeliveryMode mode, Optional<String> schema) {
    /**
     * Check the values.
     *
     * @throws InvalidValueException when a value is missing or the type is malformed
     */
    public StepEvent {
        EventTypes.check(eventType, "event_type");
        Checks.required(condition, "condition");
        Checks.required(mode, "mode");
        Checks.required(schema, "schema");
    }

    /** Declare an event with the standard payload. */
    public StepEvent(String eventType, Condition condition, DeliveryMode mode) {
        this(eventType, condition, mode, Optional.empty());
    }

    /** The same event, whose payload must match this JSON Schema. */
    public StepEvent withSchema(String json) {
        return new StepEvent(eventType, condition, mode, Optional.of(json));
    }

    /** Choose the endings of a step that an event tells of. */
    public enum Condition {
        /** The step succeeded. */
        SUCCESS,
        /** The step failed, whatever the kind. */
        FAILURE,
        /** The step failed or timed out, and another attempt may succeed. */
        RETRYABLE_FAILURE,
        /** The step failed, and every attempt will. */
        PERMANENT_FAILURE,
        /** The step ended. */
        ALWAYS;

        /** Whether a step that ended like this is meant. */
        public boolean matches(StepResult result) {
            return switch (result) {
                case StepResult.Success ignored -> this == ALWAYS || this == SUCCESS;
                case StepResult.Failure failure ->
                    switch (this) {
                        case ALWAYS, FAILURE -> true;
                        case SUCCESS -> false;
                        case PERMANENT_FAILURE -> failure.kind() == StepResult.FailureKind.PERMANENT;
                        case RETRYABLE_FAILURE -> failure.kind() != StepResult.FailureKind.PERMANENT;
                    };
            };
        }
    }
}
