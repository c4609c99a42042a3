package tasker.events.api.spi;

import java.util.List;
import tasker.events.api.DomainEvent;
import tasker.events.api.StepOutcome;

/**
 * Hold all that becomes true together when a step has ended.
 *
 * @param step the message to delete
 * @param outcome the result to write
 * @param events the durable events to publish, in this order
 */
public record StepSettlement(ReceivedStep.Step step, StepOutcome outcome, List<DomainEvent> events) {
    /** Copy the events. */
    public StepSettlement {
        events = List.copyOf(events);
    }
}
