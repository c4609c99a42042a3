package tasker.events.inprocess;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import tasker.events.api.DeliveryPath;
import tasker.events.api.DomainEvent;
import tasker.events.api.PublishException;
import tasker.events.api.spi.DomainEventPublisher;

/** Publish events into a channel; never waits for a subscriber. */
final class ChannelPublisher implements DomainEventPublisher {
    private final BroadcastChannel<DomainEvent> channel;

    ChannelPublisher(BroadcastChannel<DomainEvent> channel) {
        this.channel = channel;
    }

    @Override
    public DeliveryPath path() {
        return DeliveryPath.FAST;
    }

    @Override
    public void publish(DomainEvent event) {
        if (!channel.publish(event)) {
            throw closed(event, false);
        }
    }

    @Override
    public void publishAll(List<DomainEvent> events) {
        boolean some = false;
        for (DomainEvent event : List.copyOf(events)) {
            if (!channel.publish(event)) {
                throw closed(event, some);
            }
            some = true;
        }
    }

    @Override
    public CompletableFuture<Void> publishAsync(DomainEvent event) {
        return channel.publish(event)
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(closed(event, false));
    }

    private static PublishException closed(DomainEvent event, boolean othersWerePublished) {
        return new PublishException(
                "TASKER-F101",
                "event " + event.eventId() + " of type '" + event.eventType()
                        + "' came while the in-process channel is closed, before its worker started or after it"
                        + " stopped; publish while the worker is running"
                        + (othersWerePublished ? "; the events before it in the list were published" : ""),
                othersWerePublished,
                null);
    }
}
