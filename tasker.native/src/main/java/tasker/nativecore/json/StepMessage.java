package tasker.nativecore.json;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tasker.events.api.InvalidValueException;
import tasker.events.api.StepLimits;
import tasker.events.api.StepRequest;
import tasker.events.api.UuidV7;
import tasker.events.api.spi.ReceivedStep.FleetIds;

/**
 * Ask for a step in JSON, in a queue or over HTTP; {@code docs/steps.md} describes it.
 *
 * @param request what to run
 * @param limits how often and how long
 * @param fleet the ids that workers of another kind know the step by
 */
public record StepMessage(StepRequest request, StepLimits limits, Optional<FleetIds> fleet) {
    private static final Set<String> FIELDS = Set.of(
            "step_id",
            "handler",
            "input",
            "attempt",
            "correlation_id",
            "traceparent",
            "tracestate",
            "limits",
            "task_uuid",
            "step_uuid");
    private static final Set<String> LIMITS =
            Set.of("max_attempts", "timeout_ms", "retry_delay_ms", "max_retry_delay_ms");

    /** Ask for a step that only workers of this kind know. */
    public StepMessage(StepRequest request, StepLimits limits) {
        this(request, limits, Optional.empty());
    }

    /**
     * Read a message, in which all but {@code handler} may be left out.
     *
     * @throws InvalidValueException when the text is no such message; it names the field
     */
    public static StepMessage read(String json) {
        return of(Json.object(json), UuidV7::next);
    }

    /**
     * Read a message that is an object already; fails as {@link #read} does.
     *
     * @param missingId names a step that has no name
     */
    public static StepMessage of(Map<String, @Nullable Object> message, Supplier<UUID> missingId) {
        requireKnown(message, FIELDS, "");
        UUID stepId = uuid(message, "step_id").orElseGet(missingId);
        Object handler = message.get("handler");
        if (!(handler instanceof String name)) {
            throw new InvalidValueException("handler", "is required, a text");
        }
        Optional<UUID> correlationId = uuid(message, "correlation_id").or(() -> Optional.of(stepId));
        int attempt = Math.toIntExact(number(message, "attempt", 1, 1, Integer.MAX_VALUE));
        return new StepMessage(
                new StepRequest(
                        stepId,
                        name,
                        object(message, "input"),
                        attempt,
                        correlationId,
                        header(message, "traceparent"),
                        header(message, "tracestate")),
                limits(object(message, "limits")),
                fleet(message));
    }

    private static Optional<FleetIds> fleet(Map<String, @Nullable Object> message) {
        Optional<UUID> task = uuid(message, "task_uuid");
        Optional<UUID> step = uuid(message, "step_uuid");
        if (task.isPresent() != step.isPresent()) {
            throw new InvalidValueException(
                    task.isPresent() ? "step_uuid" : "task_uuid", "is required by the other one");
        }
        return task.flatMap(taskUuid -> step.map(stepUuid -> new FleetIds(taskUuid, stepUuid)));
    }

    /** Whether an object is a message that names a step by ids alone, as workers of another kind look them up. */
    public static boolean isReference(Map<String, @Nullable Object> message) {
        return message.containsKey("task_uuid") && message.containsKey("step_uuid") && !message.containsKey("handler");
    }

    /** Write the message, with every field. */
    public String json() {
        Map<String, @Nullable Object> bounds = new LinkedHashMap<>();
        bounds.put("max_attempts", limits.maxAttempts());
        limits.timeout().ifPresent(limit -> bounds.put("timeout_ms", limit.toMillis()));
        bounds.put("retry_delay_ms", limits.retryDelay().toMillis());
        bounds.put("max_retry_delay_ms", limits.maxRetryDelay().toMillis());
        Map<String, @Nullable Object> message = new LinkedHashMap<>();
        message.put("step_id", request.stepId().toString());
        message.put("handler", request.handler());
        message.put("input", request.input());
        message.put("attempt", request.attempt());
        request.correlationId().ifPresent(id -> message.put("correlation_id", id.toString()));
        request.traceparent().ifPresent(text -> message.put("traceparent", text));
        request.tracestate().ifPresent(text -> message.put("tracestate", text));
        message.put("limits", bounds);
        fleet.ifPresent(ids -> {
            message.put("task_uuid", ids.taskUuid().toString());
            message.put("step_uuid", ids.stepUuid().toString());
        });
        return Json.text(message);
    }

    private static StepLimits limits(Map<String, @Nullable Object> limits) {
        requireKnown(limits, LIMITS, "limits.");
        StepLimits standard = StepLimits.once();
        long longest = Duration.ofHours(24).toMillis();
        Optional<Duration> timeout = limits.get("timeout_ms") == null
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(number(limits, "timeout_ms", 1, 1, longest)));
        return new StepLimits(
                Math.toIntExact(number(limits, "max_attempts", standard.maxAttempts(), 1, 1_000)),
                timeout,
                Duration.ofMillis(
                        number(limits, "retry_delay_ms", standard.retryDelay().toMillis(), 0, longest)),
                Duration.ofMillis(number(
                        limits, "max_retry_delay_ms", standard.maxRetryDelay().toMillis(), 0, longest)));
    }

    private static void requireKnown(Map<String, @Nullable Object> object, Set<String> fields, String prefix) {
        for (String field : object.keySet()) {
            if (!fields.contains(field)) {
                throw new InvalidValueException(
                        prefix + field,
                        "is unknown; expected "
                                + String.join(", ", fields.stream().sorted().toList()));
            }
        }
    }

    private static Map<String, @Nullable Object> object(Map<String, @Nullable Object> message, String field) {
        Object value = message.get(field);
        if (value == null) {
            return Map.of();
        }
        if (!(value instanceof Map<?, ?> members)) {
            throw new InvalidValueException(field, "must be a JSON object");
        }
        Map<String, @Nullable Object> object = LinkedHashMap.newLinkedHashMap(members.size());
        members.forEach((key, member) -> object.put(String.valueOf(key), member));
        return object;
    }

    private static long number(
            Map<String, @Nullable Object> object, String field, long standard, long least, long most) {
        Object value = object.get(field);
        if (value == null) {
            return standard;
        }
        boolean whole = value instanceof Integer || value instanceof Long;
        if (!whole || ((Number) value).longValue() < least || ((Number) value).longValue() > most) {
            String shown = value instanceof String text ? "the text \"" + text + '"' : value.toString();
            throw new InvalidValueException(
                    field, "is " + shown + "; expected a whole number from " + least + " to " + most);
        }
        return ((Number) value).longValue();
    }

    /** What is no text is ignored, as the recommendation has it for whatever is malformed there. */
    private static Optional<String> header(Map<String, @Nullable Object> message, String field) {
        return message.get(field) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    private static Optional<UUID> uuid(Map<String, @Nullable Object> message, String field) {
        Object value = message.get(field);
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.uuid(String.valueOf(value)));
        } catch (IllegalArgumentException ignored) {
            throw new InvalidValueException(field, "is '" + value + "'; expected a UUID of 36 characters");
        }
    }
}
