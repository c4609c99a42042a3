package hello;

import java.util.Map;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.HealthReport;

/** Tell how greeting goes: degraded once more people were refused than greeted. */
public final class GreetingHealth implements HealthContributor {
    /** Made once for each worker. */
    public GreetingHealth() {}

    @Override
    public String name() {
        return "greetings";
    }

    @Override
    public HealthReport check() {
        long greeted = Greetings.GREETED.sum();
        long refused = Greetings.REFUSED.sum();
        Map<String, Object> details = Map.of("greeted", greeted, "refused", refused);
        return refused > greeted
                ? HealthReport.degraded("more steps named nobody than somebody", details)
                : HealthReport.healthy(details);
    }
}
