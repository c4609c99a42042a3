package tasker.events.api;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Report a worker's health.
 *
 * @param status the worst status of any component, at least what the core itself reports
 * @param workerId which worker, 1 to 128 characters
 * @param uptimeSeconds since the worker started, at least 0
 * @param components every component by its name, sorted
 * @param nativeLayer the core's own figures; {@code native} in JSON
 * @param jvm the language layer's figures: handlers, pools, modules, heap, threads
 */
public record HealthCheck(
        HealthStatus status,
        String workerId,
        double uptimeSeconds,
        Map<String, ComponentHealth> components,
        Map<String, @Nullable Object> nativeLayer,
        Map<String, @Nullable Object> jvm) {

    /**
     * Check and copy the values.
     *
     * @throws InvalidValueException when a value is missing or out of its range, a component stands under another name
     *     than its own, or the status is better than a component's
     */
    public HealthCheck(
            HealthStatus status,
            String workerId,
            double uptimeSeconds,
            Map<String, ComponentHealth> components,
            Map<String, @Nullable Object> nativeLayer,
            Map<String, @Nullable Object> jvm) {
        this.status = Checks.required(status, "status");
        this.workerId = Checks.notBlank(workerId, "worker_id", 128);
        this.uptimeSeconds = Checks.finiteAtLeastZero(uptimeSeconds, "uptime_seconds");
        this.components = Collections.unmodifiableMap(new TreeMap<>(Checks.copy(components, "components")));
        for (Map.Entry<String, ComponentHealth> entry : this.components.entrySet()) {
            ComponentHealth component = entry.getValue();
            if (!component.name().equals(entry.getKey())) {
                throw new InvalidValueException(
                        "components", "has '" + component.name() + "' under the name '" + entry.getKey() + "'");
            }
            if (component.status().compareTo(status) > 0) {
                throw new InvalidValueException(
                        "status",
                        "is " + status.text() + ", better than its component '" + component.name() + "', which is "
                                + component.status().text());
            }
        }
        this.nativeLayer = JsonObjects.copy(nativeLayer, "native");
        this.jvm = JsonObjects.copy(jvm, "jvm");
    }

    /** Whether the worker does all of its work: healthy, not merely degraded. */
    public boolean isHealthy() {
        return status == HealthStatus.HEALTHY;
    }
}
