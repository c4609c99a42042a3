package tasker.nativecore.steps;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasker.events.api.DomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.events.api.StepEvent;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TaskerException;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.PayloadValidator;
import tasker.events.api.spi.StepEventPublisher;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.guard.Foreign;

/**
 * Hold an event that a handler declares, with what builds and checks it.
 *
 * @param event what the handler declared
 * @param publisher decides how it is published
 * @param schema checks its payload
 */
record DeclaredEvent(StepEvent event, StepEventPublisher publisher, PayloadValidator.Schema schema) {
    private static final StepEventPublisher STANDARD = new StepEventPublisher() {};
    private static final int SHOWN_PROBLEMS = 5;

    /**
     * Ask a handler, once, for what it declares of an event.
     *
     * @throws TaskerException {@code TASKER-S108} when it declares a schema, and there is no validator,
     *     {@code TASKER-S111} when the validator refuses the schema
     */
    static DeclaredEvent of(String name, StepHandler handler, StepEvent event, Optional<PayloadChecks> checks) {
        StepEventPublisher publisher =
                Foreign.call(handler, () -> handler.publisher(event)).orElse(STANDARD);
        return new DeclaredEvent(event, publisher, schema(name, event, checks));
    }

    private static PayloadValidator.Schema schema(String name, StepEvent event, Optional<PayloadChecks> checks) {
        if (event.schema().isEmpty()) {
            return payload -> List.of();
        }
        String schema = event.schema().get();
        PayloadChecks found = checks.orElseThrow(() -> new TaskerException(
                "TASKER-S108",
                "handler '" + name + "' declares a JSON Schema for " + event.eventType()
                        + ", and this runtime has no PayloadValidator; install one, such as the plugin json-schema, or"
                        + " declare no schema"));
        return found.compile(name, event, schema);
    }

    /**
     * Build the event of a step that has ended, in the trace that its handler ran in; empty when its publisher wants
     * none.
     *
     * @throws InvalidValueException when the payload does not match the schema
     * @throws TaskerException {@code TASKER-S112} when the validator does not do its work
     */
    Optional<DomainEvent> build(StepOutcome outcome, Optional<TraceContext> trace, String source) {
        if (!Foreign.call(publisher, () -> publisher.shouldPublish(event, outcome))) {
            return Optional.empty();
        }
        Map<String, @Nullable Object> payload =
                Foreign.call(publisher, () -> publisher.transformPayload(event, outcome, standardPayload(outcome)));
        requireReturned(payload, "payload", "transformPayload", outcome);
        Map<String, String> headers = Foreign.call(publisher, () -> publisher.additionalMetadata(event, outcome));
        requireReturned(headers, "headers", "additionalMetadata", outcome);
        DomainEvent.Builder builder = DomainEvent.builder(event.eventType(), source)
                .payload(payload)
                .correlationId(outcome.request().correlationId())
                .trace(trace);
        headers.forEach(builder::header);
        DomainEvent built = builder.build();
        // Of the event's own copy: what was checked is what is sent.
        List<String> problems = schema.problems(built.payload());
        if (!problems.isEmpty()) {
            throw new InvalidValueException(
                    "payload",
                    "of " + event.eventType() + " does not match its schema: "
                            + String.join("; ", problems.subList(0, Math.min(SHOWN_PROBLEMS, problems.size()))));
        }
        Foreign.run(publisher, () -> publisher.beforePublish(built));
        return Optional.of(built);
    }

    private void requireReturned(@Nullable Object value, String field, String hook, StepOutcome outcome) {
        if (value == null) {
            throw new InvalidValueException(
                    field,
                    "of " + event.eventType() + " is null: " + hook + " of "
                            + publisher.getClass().getName()
                            + " returned it for a step of handler '"
                            + outcome.request().handler()
                            + "'; return a map, empty where there is nothing");
        }
    }

    private static Map<String, @Nullable Object> standardPayload(StepOutcome outcome) {
        StepRequest request = outcome.request();
        Map<String, @Nullable Object> payload = new LinkedHashMap<>();
        payload.put("step_id", request.stepId().toString());
        payload.put("handler", request.handler());
        payload.put("attempt", request.attempt());
        switch (outcome.result()) {
            case StepResult.Success success -> payload.put("output", success.output());
            case StepResult.Failure failure -> {
                payload.put("failure", failure.kind().name().toLowerCase(Locale.ROOT));
                payload.put("reason", failure.reason());
                payload.put("input", request.input());
            }
        }
        return payload;
    }
}
