package tasker.nativecore.steps;

import java.util.List;
import tasker.events.api.DomainEvent;
import tasker.events.api.StepOutcome;

/** Settle a step with the source that it came from. */
@FunctionalInterface
public interface StepSettling {
    /**
     * Write the result and the durable events, or give the step back. Called once, on a thread that may wait.
     *
     * @param outcome how the attempt ended
     * @param how who ended it
     * @param events the events that are written together with the result
     * @return whether the result was written; otherwise it goes nowhere
     */
    boolean settle(StepOutcome outcome, How how, Events events);

    /** Tell attempts apart by who ended them. */
    enum How {
        /** The handler has returned. */
        RETURNED,
        /** The handler ignored its interrupt and runs on: another attempt would run beside it. */
        LEFT_BEHIND,
        /** The worker stops, which says nothing about the step. */
        STOPPED
    }

    /** Build the durable events of a step, and learn what became of them; for use by one thread. */
    interface Events {
        /** The events to write; called at most once. */
        List<DomainEvent> durable();

        /** Know that the events were written. */
        void written();

        /** Know that the events were not, or may not have been, written. */
        void failed(Throwable cause);
    }
}
