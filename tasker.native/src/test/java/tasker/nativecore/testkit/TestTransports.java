package tasker.nativecore.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import tasker.events.api.DeliveryPath;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DomainEventPublisher;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.EventPoller;
import tasker.events.api.spi.FastTransport;
import tasker.events.api.spi.QueueAdministration;
import tasker.events.api.spi.WorkerContext;

/** Make transports that keep what they carry. */
public final class TestTransports {
    private TestTransports() {}

    /** Keep what the durable path is given. */
    public static class Durable implements DurableTransport {
        private final String name;
        private final RecordingPublisher publisher = new RecordingPublisher(DeliveryPath.DURABLE);
        private final List<String> calls = new CopyOnWriteArrayList<>();

        /** A transport of this name. */
        public Durable(String name) {
            this.name = name;
        }

        /** The calls of the service's life, in order. */
        public List<String> calls() {
            return calls;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void start(WorkerContext context) throws Exception {
            calls.add("start");
        }

        @Override
        public RecordingPublisher publisher() {
            return publisher;
        }

        @Override
        public DurableEventConsumer openConsumer(ConsumerOptions options) {
            throw new AssertionError("no test reads from " + options);
        }

        @Override
        public QueueAdministration queues() {
            throw new AssertionError("no test looks at queues");
        }

        @Override
        public void close() throws Exception {
            calls.add("close");
        }
    }

    /** Keep what the fast path is given. */
    public static final class Fast implements FastTransport {
        private final RecordingPublisher publisher = new RecordingPublisher(DeliveryPath.FAST);
        private final List<Consumer<InProcessDomainEvent>> listeners = new CopyOnWriteArrayList<>();
        private final List<Throwable> failures = new CopyOnWriteArrayList<>();

        /** Give an event to all who listen, whatever they listen to; what they throw reaches nobody. */
        public void deliver(InProcessDomainEvent event) {
            listeners.forEach(listener -> {
                try {
                    listener.accept(event);
                } catch (Throwable thrown) {
                    failures.add(thrown);
                }
            });
        }

        /** What listeners have thrown. */
        public List<Throwable> failures() {
            return failures;
        }

        @Override
        public String name() {
            return "fast-test";
        }

        @Override
        public DomainEventPublisher publisher() {
            return publisher;
        }

        /** What was published. */
        public RecordingPublisher recorded() {
            return publisher;
        }

        @Override
        public EventPoller subscribe(EventPattern pattern) {
            throw new AssertionError("no test subscribes to " + pattern);
        }

        @Override
        public EventPoller subscribe(EventPattern pattern, long position) {
            throw new AssertionError("no test subscribes to " + pattern + " from " + position);
        }

        @Override
        public Registration listen(String name, EventPattern pattern, Consumer<InProcessDomainEvent> listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }

        @Override
        public Flow.Publisher<InProcessDomainEvent> flow(EventPattern pattern) {
            throw new AssertionError("nobody streams in these tests");
        }

        @Override
        public int capacity() {
            return 16;
        }

        @Override
        public long published() {
            return publisher.published().size();
        }

        @Override
        public long dropped() {
            return 7;
        }

        @Override
        public int subscribers() {
            return 2;
        }
    }
}
