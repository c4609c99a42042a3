package tasker.events.api;

import java.util.Locale;

/** Rate a component or a whole worker, from best to worst. */
public enum HealthStatus {
    /** Works as it should. */
    HEALTHY,
    /** Works, but something needs attention. */
    DEGRADED,
    /** Does not do its work. */
    UNHEALTHY;

    /** The worse of the two. */
    public HealthStatus worst(HealthStatus other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /** The lower-case name, as it stands in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
