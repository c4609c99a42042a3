package tasker.nativecore.delivery;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tasker.events.api.DomainEvent;
import tasker.events.api.spi.EventTracer.Kind;
import tasker.events.api.spi.EventTracer.Operation;
import tasker.events.api.spi.ReceivedEvent;
import tasker.nativecore.tracing.Tracing;
import tasker.nativecore.tracing.Work;

/**
 * Record what is done with the events of one queue.
 *
 * @param tracing records it
 * @param system the transport's name
 * @param queue where the events come from
 */
record Traced(Tracing tracing, String system, String queue) {
    /** Record a read that began at that time and brought these events; one that brought none is not worth a span. */
    void received(List<ReceivedEvent> events, Instant began) {
        if (!tracing.isOn() || events.isEmpty()) {
            return;
        }
        boolean alone = events.size() == 1;
        DomainEvent first = events.getFirst().event();
        tracing.received(new Operation(
                Kind.RECEIVE,
                system,
                queue,
                events.size(),
                alone ? Optional.of(first.eventId().toString()) : Optional.empty(),
                alone ? first.correlationId() : Optional.empty(),
                Optional.empty(),
                events.stream().flatMap(event -> event.trace().stream()).toList(),
                Optional.of(began)));
    }

    /** Begin to handle an event. */
    Work process(DomainEvent event) {
        return tracing.process(system, queue, event.eventId(), event.correlationId(), event.trace());
    }
}
