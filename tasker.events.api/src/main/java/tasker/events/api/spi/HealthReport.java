package tasker.events.api.spi;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasker.events.api.HealthStatus;
import tasker.events.api.InvalidValueException;

/**
 * Answer a health check.
 *
 * @param status what was found
 * @param message the reason, in one sentence; present whenever the status is not healthy
 * @param details figures that explain the status, JSON values
 */
public record HealthReport(HealthStatus status, Optional<String> message, Map<String, @Nullable Object> details) {
    /**
     * Check the values.
     *
     * @throws InvalidValueException when the status is not healthy and there is no message
     */
    public HealthReport(HealthStatus status, Optional<String> message, Map<String, @Nullable Object> details) {
        if (status != HealthStatus.HEALTHY
                && message.filter(text -> !text.isBlank()).isEmpty()) {
            throw new InvalidValueException("message", "is required when the status is " + status.text());
        }
        this.status = status;
        this.message = message;
        this.details = details;
    }

    /** Report that all is well. */
    public static HealthReport healthy(Map<String, @Nullable Object> details) {
        return new HealthReport(HealthStatus.HEALTHY, Optional.empty(), details);
    }

    /** Report that the component works but needs attention. */
    public static HealthReport degraded(String message, Map<String, @Nullable Object> details) {
        return new HealthReport(HealthStatus.DEGRADED, Optional.of(message), details);
    }

    /** Report that the component does not do its work. */
    public static HealthReport unhealthy(String message, Map<String, @Nullable Object> details) {
        return new HealthReport(HealthStatus.UNHEALTHY, Optional.of(message), details);
    }
}
