package hello;

import java.util.List;
import java.util.Map;
import tasker.events.api.DeliveryMode;
import tasker.events.api.StepEvent;
import tasker.events.api.StepResult;
import tasker.events.api.spi.StepContext;
import tasker.events.api.spi.StepHandler;

/** Greet the person that a step names; safe for use by many threads, since it keeps nothing. */
public final class Greeter implements StepHandler {
    private static final int LONGEST = 100;

    /** Made once for each worker. */
    public Greeter() {}

    @Override
    public String name() {
        return "greet";
    }

    /** The worker publishes this event after a step that succeeded, with the step's output in it. */
    @Override
    public List<StepEvent> events() {
        return List.of(new StepEvent("person.greeted", StepEvent.Condition.SUCCESS, DeliveryMode.FAST));
    }

    @Override
    public StepResult handle(StepContext context) {
        Object person = context.request().input().get("person");
        if (!(person instanceof String name) || name.isBlank() || name.length() > LONGEST) {
            Greetings.REFUSED.increment();
            // No other attempt would help, so the worker makes none.
            return StepResult.permanentFailure(
                    "'person' is '" + person + "'; expected a text of 1 to " + LONGEST + " characters");
        }
        Greetings.GREETED.increment();
        return StepResult.success(Map.of("greeting", "Hello, " + name + "!"));
    }
}
