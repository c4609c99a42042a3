package tasker.events.api.spi;

import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;

/**
 * Follow events of the fast path for as long as the worker runs, or until it is closed.
 *
 * <p>The hooks of one event are called in this order, on the thread that the fast path has for all its listeners, so
 * they should be quick: {@link #before}, {@link #handle}, and {@link #after}; when one of them throws, {@link #onError}
 * instead of the rest. Nothing that is thrown reaches the publisher or another subscriber; all of it is counted, and
 * logged as what any listener throws.
 */
public interface EventSubscriber extends WorkerService {
    /** The types of the events to see. Called once, after {@link #start}. */
    EventPattern pattern();

    /** Prepare to handle an event. */
    default void before(InProcessDomainEvent event) throws Exception {}

    /** Handle an event. */
    void handle(InProcessDomainEvent event) throws Exception;

    /** Know that an event was handled. */
    default void after(InProcessDomainEvent event) throws Exception {}

    /** Know that a hook has thrown; an exception of this one is counted and logged, too. */
    default void onError(InProcessDomainEvent event, Throwable thrown) throws Exception {}
}
