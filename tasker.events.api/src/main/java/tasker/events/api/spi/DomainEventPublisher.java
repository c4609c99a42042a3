package tasker.events.api.spi;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import tasker.events.api.DeliveryPath;
import tasker.events.api.DomainEvent;
import tasker.events.api.PublishException;

/** Publish events on one path; safe for use by many threads. */
public interface DomainEventPublisher {
    /** The path that this publisher's promise belongs to. */
    DeliveryPath path();

    /**
     * Publish one event, and return when the promise of the path holds: on the durable path the event is committed, on
     * the fast path it is visible to every subscriber.
     *
     * <p>A publisher of the durable path waits within its own time limit; one of the fast path never blocks.
     *
     * @throws PublishException when the event is not, or may not have been, published
     */
    void publish(DomainEvent event);

    /**
     * Publish events in this order; on the durable path all of them or none. An empty list does nothing.
     *
     * @throws PublishException when the events are not, or may not have been, published
     */
    void publishAll(List<DomainEvent> events);

    /**
     * Publish without waiting. The future completes when {@link #publish} would return, or exceptionally with what it
     * would throw. Events in flight are bounded: beyond the bound this call waits for one of them to end.
     */
    CompletableFuture<Void> publishAsync(DomainEvent event);
}
