package tasker.events.api.spi;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import tasker.events.api.DeliveryPath;
import tasker.events.api.DomainEvent;
import tasker.events.api.PublishException;

/**
 * Publish events into a durable store; safe for use by many threads.
 *
 * <p>Whatever the store does, every call ends within the publisher's time limit, and an error says whether the events
 * may have been written.
 */
public interface DurableEventPublisher extends DomainEventPublisher {
    @Override
    default DeliveryPath path() {
        return DeliveryPath.DURABLE;
    }

    @Override
    default void publish(DomainEvent event) {
        publish(event, PublishOptions.defaults());
    }

    @Override
    default void publishAll(List<DomainEvent> events) {
        publishAll(events, PublishOptions.defaults());
    }

    @Override
    default CompletableFuture<Void> publishAsync(DomainEvent event) {
        return publishAsync(event, PublishOptions.defaults());
    }

    /**
     * Publish one event with options, and return when it is committed.
     *
     * @throws PublishException when the event is not, or may not have been, published
     */
    void publish(DomainEvent event, PublishOptions options);

    /**
     * Publish events in this order with the same options, all of them or none. An empty list does nothing.
     *
     * @throws PublishException when the events are not, or may not have been, published
     */
    void publishAll(List<DomainEvent> events, PublishOptions options);

    /**
     * Publish with options, without waiting: the future ends as {@link #publish(DomainEvent, PublishOptions)} would.
     * Events in flight are bounded: beyond the bound this call waits for one of them to end. Events that are in flight
     * at the same time may be stored in another order than that of the calls. Futures that end together are completed
     * one after the other on one thread: what hangs on a future and blocks belongs on another ({@code thenRunAsync}).
     */
    CompletableFuture<Void> publishAsync(DomainEvent event, PublishOptions options);
}
