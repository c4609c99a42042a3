package tasker.events.inprocess;

import java.time.Duration;
import java.util.Optional;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.EventPoller;

/** Poll a channel for the events of some types. */
final class ChannelEventPoller implements EventPoller {
    private final BroadcastReceiver<DomainEvent> receiver;
    private final EventPattern pattern;
    private Optional<TraceContext> trace = Optional.empty();

    ChannelEventPoller(BroadcastReceiver<DomainEvent> receiver, EventPattern pattern) {
        this.receiver = receiver;
        this.pattern = pattern;
    }

    @Override
    public Optional<InProcessDomainEvent> poll() {
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
    }
}
