package tasker.events.inprocess;

import java.time.Duration;
import java.util.Optional;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.EventPoller;

/**
 * Poll a channel for the events of some types.
 *
 * <p>For a poller of the caller's own, an event is delivered once it is returned. For one whose events the transport
 * hands on to a callback, it is in hand, and counted in the backlog, until the callback is done with it: until
 * {@link #done()}, or until a later poll finds nothing.
 */
final class ChannelEventPoller implements EventPoller {
    private final BroadcastReceiver<DomainEvent> receiver;
    private final EventPattern pattern;
    private final Subscribers subscribers;
    private final Subscribers.Kind kind;
    private Optional<TraceContext> trace = Optional.empty();

    /**
     * Written by the polling thread; true before the receiver's position passes the event, so that none is overlooked.
     */
    private volatile boolean inHand;

    ChannelEventPoller(
            BroadcastReceiver<DomainEvent> receiver,
            EventPattern pattern,
            Subscribers subscribers,
            Subscribers.Kind kind) {
        this.receiver = receiver;
        this.pattern = pattern;
        this.subscribers = subscribers;
        this.kind = kind;
    }

    /** Know that the callback is done with the event that was polled last; for the polling thread. */
    void done() {
        inHand = false;
    }

    /** How many events were not delivered yet, the one in hand included, and without those that are missed. */
    int backlog() {
        // In this order: what has left the ring since then is in hand already.
        int unread = receiver.backlog();
        return inHand ? unread + 1 : unread;
    }

    Subscribers.Kind kind() {
        return kind;
    }

    @Override
    public Optional<InProcessDomainEvent> poll() {
        if (kind == Subscribers.Kind.POLLER) {
            return take();
        }
        if (!inHand) {
            inHand = true;
        }
        Optional<InProcessDomainEvent> event = take();
        if (event.isEmpty()) {
            inHand = false;
        }
        return event;
    }

    private Optional<InProcessDomainEvent> take() {
        // What comes after a whole ring was published after this call began: leaving it for the next call keeps this
        // one short while publishers flood the channel with other types.
        for (int examined = 0; examined < receiver.capacity(); examined++) {
            DomainEvent event = receiver.next();
            if (event == null) {
                return Optional.empty();
            }
            if (pattern.matches(event.eventType())) {
                trace = event.trace();
                return Optional.of(InProcessDomainEvent.of(event));
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<InProcessDomainEvent> poll(Duration bound) throws InterruptedException {
        Optional<InProcessDomainEvent> event = poll();
        if (event.isPresent()) {
            return event;
        }
        long deadline = BroadcastReceiver.deadline(bound);
        while (event.isEmpty()
                && !receiver.isClosed()
                && deadline - System.nanoTime() > 0
                && receiver.await(deadline)) {
            event = poll();
        }
        return event;
    }

    @Override
    public Optional<TraceContext> trace() {
        return trace;
    }

    @Override
    public long position() {
        return receiver.position();
    }

    @Override
    public long missed() {
        return receiver.missed();
    }

    @Override
    public boolean isClosed() {
        return receiver.isClosed();
    }

    @Override
    public void close() {
        receiver.close();
        subscribers.remove(this);
    }
}
