package tasker.events.api;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Ask for one step to be run.
 *
 * @param stepId names the step
 * @param handler the name of the handler that runs it, 1 to 128 characters
 * @param input a JSON object, with the bounds of a {@linkplain DomainEvent#payload() payload}
 * @param attempt the how-manieth try this is, from 1
 * @param correlationId what ties the step to the work that caused it
 * @param traceparent the trace that the step belongs to, by W3C Trace Context; a malformed one counts as none
 * @param tracestate what vendors add to it; none without a {@code traceparent}
 */
public record StepRequest(
        UUID stepId,
        String handler,
        Map<String, @Nullable Object> input,
        int attempt,
        Optional<UUID> correlationId,
        Optional<String> traceparent,
        Optional<String> tracestate) {

    /**
     * Check and copy the values.
     *
     * @throws InvalidValueException when a value is missing or out of its range
     */
    public StepRequest(
            UUID stepId,
            String handler,
            Map<String, @Nullable Object> input,
            int attempt,
            Optional<UUID> correlationId,
            Optional<String> traceparent,
            Optional<String> tracestate) {
        this.stepId = Checks.required(stepId, "step_id");
        this.handler = Checks.storable(handler, "handler", 128);
        this.input = JsonObjects.copy(input, "input");
        this.attempt = Checks.inRange(attempt, "attempt", 1, Integer.MAX_VALUE);
        this.correlationId = Checks.required(correlationId, "correlation_id");
        Optional<TraceContext> trace =
                Checks.required(traceparent, "traceparent").isEmpty()
                        ? Optional.empty()
                        : TraceContext.parse(
                                traceparent.get(),
                                Checks.required(tracestate, "tracestate").orElse(""));
        this.traceparent = trace.map(TraceContext::traceparent);
        this.tracestate = trace.map(TraceContext::traceState).filter(text -> !text.isEmpty());
    }

    /**
     * Ask for a step that belongs to no trace yet.
     *
     * @throws InvalidValueException when a value is missing or out of its range
     */
    public StepRequest(
            UUID stepId,
            String handler,
            Map<String, @Nullable Object> input,
            int attempt,
            Optional<UUID> correlationId) {
        this(stepId, handler, input, attempt, correlationId, Optional.empty(), Optional.empty());
    }

    /** Ask for the first attempt of a new step, which correlates with itself. */
    public static StepRequest of(String handler, Map<String, ? extends @Nullable Object> input) {
        UUID id = UuidV7.next();
        return new StepRequest(id, handler, JsonObjects.view(input), 1, Optional.of(id));
    }

    /** The trace that the step belongs to. */
    public Optional<TraceContext> trace() {
        return traceparent.isEmpty() ? Optional.empty() : TraceContext.parse(traceparent.get(), tracestate.orElse(""));
    }

    /** The same step in this trace, or in none. */
    public StepRequest withTrace(Optional<TraceContext> context) {
        return new StepRequest(
                stepId,
                handler,
                input,
                attempt,
                correlationId,
                context.map(TraceContext::traceparent),
                context.map(TraceContext::traceState));
    }

    /** The same step as another attempt. */
    public StepRequest withAttempt(int other) {
        return new StepRequest(stepId, handler, input, other, correlationId, traceparent, tracestate);
    }
}
