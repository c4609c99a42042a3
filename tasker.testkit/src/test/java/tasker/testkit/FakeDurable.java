package tasker.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tasker.events.api.DeliveryPath;
import tasker.events.api.DomainEvent;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.DurableEventPublisher;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.PublishOptions;
import tasker.events.api.spi.QueueAdministration;
import tasker.events.api.spi.TransactionalEventPublisher;
import tasker.events.api.spi.WorkerContext;

/** Carry events as a durable transport should, simply, but for the promise that is broken. */
public final class FakeDurable implements DurableTransport {
    static final String QUEUE = "test_domain_events";

    private final FakeStore store;
    private final DurableEventPublisher publisher = new Publisher();
    private final TransactionalEventPublisher transactional = (connection, events, options) -> {};
    private final AtomicReference<@Nullable Thread> first = new AtomicReference<>();

    /** Made by the tests. */
    public FakeDurable() {
        this(new FakeStore());
    }

    FakeDurable(FakeStore store) {
        this.store = store;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public void start(WorkerContext context) {
        store.queue(QUEUE);
    }

    @Override
    public DurableEventPublisher publisher() {
        return Broken.is("thePublisherIsTheSameAtEachCall") ? new Publisher() : publisher;
    }

    @Override
    public Optional<TransactionalEventPublisher> transactional() {
        boolean another = Broken.is("theTransactionalPublisherIsTheSameAtEachCall");
        return Optional.of(another ? (connection, events, options) -> store.notify() : transactional);
    }

    @Override
    public DurableEventConsumer openConsumer(ConsumerOptions options) {
        return new FakeConsumer(store, this, options);
    }

    @Override
    public QueueAdministration queues() {
        return new FakeQueues(store);
    }

    private final class Publisher implements DurableEventPublisher {
        @Override
        public DeliveryPath path() {
            return Broken.is("thePublisherIsOfTheDurablePath") ? DeliveryPath.FAST : DeliveryPath.DURABLE;
        }

        @Override
        public void publish(DomainEvent event, PublishOptions options) {
            if (!first.compareAndSet(null, Thread.currentThread())
                    && first.get() != Thread.currentThread()
                    && Broken.is("manyThreadsPublish")) {
                return;
            }
            Duration delay = options.delay();
            if (Broken.is("aDelayedEventIsHidden") && delay.toHours() > 0) {
                delay = Duration.ZERO;
            } else if (Broken.is("aDelayedEventComesWhenItIsDue") && delay.isPositive()) {
                delay = Duration.ofDays(1);
            }
            Optional<String> namespace = options.namespace();
            if (namespace.isEmpty() || Broken.is("anEventOfAnotherNamespaceIsNotInTheOwnQueue")) {
                store.add(QUEUE, kept(event), delay, FakeDurable.this);
            }
            if (namespace.isPresent() && !Broken.is("theQueueOfAnotherNamespaceIsMade")) {
                store.add(namespace.get() + "_domain_events", kept(event), delay, FakeDurable.this);
            }
        }

        private static DomainEvent kept(DomainEvent event) {
            return !Broken.is("theWholeEventIsKept")
                    ? event
                    : new DomainEvent(
                            event.eventId(),
                            event.eventType(),
                            event.payload(),
                            event.correlationId(),
                            event.timestamp(),
                            event.source(),
                            Map.of());
        }

        @Override
        public void publishAll(List<DomainEvent> events, PublishOptions options) {
            List<DomainEvent> order = new ArrayList<>(events);
            if (Broken.is("publishAllKeepsTheOrder")) {
                Collections.reverse(order);
            }
            if (order.isEmpty() && Broken.is("publishAllOfNothingDoesNothing")) {
                order.add(DomainEvent.of("test.nothing", Map.of(), "fake"));
            }
            order.forEach(event -> publish(event, options));
        }

        @Override
        public CompletableFuture<Void> publishAsync(DomainEvent event, PublishOptions options) {
            if (!Broken.is("publishAsyncCompletesWhenTheEventIsThere")) {
                publish(event, options);
            }
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Runs the contract of publishers. */
    static final class Contract extends DurableEventPublisherContract {
        private final FakeStore store = new FakeStore();

        @Override
        protected DurableTransport create() {
            return new FakeDurable(store);
        }

        @Override
        protected WorkerContext context(DurableTransport transport) {
            return TestWorkerContext.of(transport);
        }

        @Override
        protected Duration patience() {
            return Broken.PATIENCE;
        }
    }
}
