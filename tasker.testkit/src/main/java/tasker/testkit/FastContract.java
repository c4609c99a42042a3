package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.spi.EventPoller;
import tasker.events.api.spi.FastTransport;
import tasker.testkit.Waiting.Call;

/** Hold what the contracts of the fast path share; extend one of those instead. */
public abstract class FastContract extends WorkerServiceContract<FastTransport> {
    static final EventPattern ALL = EventPattern.all();
    private final List<Call<?>> calls = new ArrayList<>();
    private int number;

    FastContract() {}

    /** Interrupt what still runs, such as the calls of a transport that blocks. */
    @AfterEach
    final void endCalls() {
        calls.forEach(call -> call.thread().interrupt());
    }

    /** Begin a call on another thread, which is interrupted at the end of the test. */
    final <T> Call<T> begin(java.util.concurrent.Callable<T> call) {
        Call<T> begun = waiting().begin(call);
        calls.add(begun);
        return begun;
    }

    /** A new event; those of one test are numbered. */
    final DomainEvent event() {
        return event("test.happened");
    }

    final DomainEvent event(String type) {
        return DomainEvent.of(type, Map.of("number", ++number), "testkit");
    }

    /** Publish so many new events. */
    final List<DomainEvent> publish(FastTransport transport, int count) {
        List<DomainEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            DomainEvent event = event();
            transport.publisher().publish(event);
            events.add(event);
        }
        return events;
    }

    /** Everything that a poller has now. */
    static List<InProcessDomainEvent> rest(EventPoller poller) {
        List<InProcessDomainEvent> events = new ArrayList<>();
        Optional<InProcessDomainEvent> next = poller.poll();
        while (next.isPresent()) {
            events.add(next.get());
            next = poller.poll();
        }
        return events;
    }

    /** What subscribers get of these. */
    static List<InProcessDomainEvent> seen(List<DomainEvent> events) {
        return events.stream().map(InProcessDomainEvent::of).toList();
    }

    static void assertNextIs(EventPoller poller, DomainEvent event) {
        assertThat(poller.poll()).contains(InProcessDomainEvent.of(event));
    }
}
