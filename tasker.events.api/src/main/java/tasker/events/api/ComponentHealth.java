package tasker.events.api;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Report one component's health as it was found by its last check.
 *
 * @param name the component, 1 to 128 characters
 * @param status what was found
 * @param message the reason, in one sentence; present whenever the status is not healthy
 * @param lastCheck when the check ended
 * @param durationMs how long the check took, in milliseconds
 * @param details figures that explain the status
 */
public record ComponentHealth(
        String name,
        HealthStatus status,
        Optional<String> message,
        Instant lastCheck,
        double durationMs,
        Map<String, @Nullable Object> details) {

    /**
     * Check and copy the values.
     *
     * @throws InvalidValueException when a value is missing or out of its range
     */
    public ComponentHealth(
            String name,
            HealthStatus status,
            Optional<String> message,
            Instant lastCheck,
            double durationMs,
            Map<String, @Nullable Object> details) {
        this.name = Checks.notBlank(name, "name", 128);
        this.status = Checks.required(status, "status");
        this.message = Checks.required(message, "message");
        if (status != HealthStatus.HEALTHY && message.isEmpty()) {
            throw new InvalidValueException("message", "is required when the status is " + status.text());
        }
        this.lastCheck = Checks.required(lastCheck, "last_check");
        this.durationMs = Checks.finiteAtLeastZero(durationMs, "duration_ms");
        this.details = JsonObjects.copy(details, "details");
    }
}
