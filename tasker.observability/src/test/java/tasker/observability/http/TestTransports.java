package tasker.observability.http;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import tasker.events.api.DeliveryPath;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DomainEventPublisher;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.DurableEventPublisher;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.EventPoller;
import tasker.events.api.spi.FastTransport;
import tasker.events.api.spi.PublishOptions;
import tasker.events.api.spi.QueueAdministration;

/** Give a real worker paths that need no database and no other module. */
final class TestTransports {
    private TestTransports() {}

    /** Keep what is committed. */
    static final class Durable implements DurableTransport {
        final List<DomainEvent> committed = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "durable-test";
        }

        @Override
        public DurableEventPublisher publisher() {
            return new Publisher(DeliveryPath.DURABLE, committed::add);
        }

        @Override
        public DurableEventConsumer openConsumer(ConsumerOptions options) {
            throw new AssertionError("nothing is consumed over HTTP");
        }

        @Override
        public QueueAdministration queues() {
            throw new AssertionError("queues are not shown over HTTP");
        }
    }

    /** Hand events to pollers. */
    static final class Fast implements FastTransport {
        private final TestChannel channel;

        Fast() {
            this(new TestChannel(1_024));
        }

        Fast(TestChannel channel) {
            this.channel = channel;
        }

        @Override
        public String name() {
            return "fast-test";
        }

        @Override
        public DomainEventPublisher publisher() {
            return new Publisher(DeliveryPath.FAST, event -> channel.publish(InProcessDomainEvent.of(event)));
        }

        @Override
        public EventPoller subscribe(EventPattern pattern) {
            return channel.subscribe(pattern);
        }

        @Override
        public EventPoller subscribe(EventPattern pattern, long position) {
            return channel.subscribe(pattern, position);
        }

        @Override
        public Registration listen(String name, EventPattern pattern, Consumer<InProcessDomainEvent> listener) {
            throw new AssertionError("nobody listens over HTTP");
        }

        @Override
        public Flow.Publisher<InProcessDomainEvent> flow(EventPattern pattern) {
            throw new AssertionError("nobody streams over HTTP");
        }

        @Override
        public int capacity() {
            return channel.capacity();
        }

        @Override
        public long published() {
            return channel.published();
        }

        @Override
        public long dropped() {
            return 0;
        }

        @Override
        public int subscribers() {
            return channel.subscribers();
        }
    }

    private record Publisher(DeliveryPath path, Consumer<DomainEvent> destination) implements DurableEventPublisher {
        @Override
        public void publish(DomainEvent event, PublishOptions options) {
            destination.accept(event);
        }

        @Override
        public void publishAll(List<DomainEvent> events, PublishOptions options) {
            events.forEach(destination);
        }

        @Override
        public CompletableFuture<Void> publishAsync(DomainEvent event, PublishOptions options) {
            publish(event, options);
            return CompletableFuture.completedFuture(null);
        }
    }
}
