package tasker.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import tasker.events.api.DomainEvent;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.QueueStatus;
import tasker.events.api.spi.ReceivedEvent;
import tasker.events.api.spi.WorkerContext;

/**
 * Hold what the contracts of the durable path share; extend one of those instead.
 *
 * <p>The transports that one test starts are workers of one namespace on one store, which is empty when the test
 * begins: {@link #context} gives each test a database, or a namespace, of its own.
 */
public abstract class DurableContract extends WorkerServiceContract<DurableTransport> {
    static final Duration NO_WAIT = Duration.ZERO;
    static final Duration SECOND = Duration.ofSeconds(1);
    static final Duration HOUR = Duration.ofHours(1);
    private final List<DurableEventConsumer> consumers = new ArrayList<>();
    private int number;

    DurableContract() {}

    /** The context of a worker on the store of this test. */
    @Override
    protected abstract WorkerContext context(DurableTransport transport);

    @AfterEach
    final void closeConsumers() {
        consumers.forEach(DurableEventConsumer::close);
    }

    final DurableEventConsumer open(DurableTransport transport, ConsumerOptions options) {
        DurableEventConsumer consumer = transport.openConsumer(options);
        consumers.add(consumer);
        return consumer;
    }

    final DurableEventConsumer open(DurableTransport transport) {
        return open(transport, ConsumerOptions.defaults());
    }

    /** Open a consumer whose events come again after a second. */
    final DurableEventConsumer openForASecond(DurableTransport transport) {
        return open(transport, ConsumerOptions.defaults().withVisibilityTimeout(SECOND));
    }

    final DomainEvent event() {
        return event("test.happened");
    }

    final DomainEvent event(String type) {
        return DomainEvent.of(type, Map.of("number", ++number), "testkit");
    }

    /** Publish a new event. */
    final DomainEvent publish(DurableTransport transport) {
        DomainEvent event = event();
        transport.publisher().publish(event);
        return event;
    }

    /** The next event, when it comes. */
    final ReceivedEvent next(DurableEventConsumer consumer) throws InterruptedException {
        List<ReceivedEvent> received = consumer.receive(1, patience());
        org.assertj.core.api.Assertions.assertThat(received)
                .as("events that came within %s", patience())
                .hasSize(1);
        return received.getFirst();
    }

    static List<DomainEvent> events(List<ReceivedEvent> received) {
        return received.stream().map(ReceivedEvent::event).toList();
    }

    static QueueStatus status(DurableTransport transport) {
        return transport.queues().status(transport.queues().eventQueue()).orElseThrow();
    }

    /** Move a new event to the dead letters. */
    final DomainEvent deadLetter(DurableTransport transport, String type, String reason) throws Exception {
        DomainEvent event = event(type);
        transport.publisher().publish(event);
        DurableEventConsumer consumer = open(transport);
        consumer.deadLetter(next(consumer), reason, Optional.empty());
        return event;
    }
}
