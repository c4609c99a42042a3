package tasker.bootstrap.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import tasker.events.api.DomainEvent;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.UuidV7;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.EventPoller;
import tasker.events.api.spi.ReceivedEvent;

/** Stand for both paths, filled by a test. */
final class TestEvents {
    private TestEvents() {}

    static DomainEvent event(String type, UUID run) {
        return DomainEvent.builder(type, "test")
                .payload(Map.of())
                .correlationId(run)
                .build();
    }

    /** A subscription that gets what the test puts in, and misses as many as the test says. */
    static final class Poller implements EventPoller {
        final Queue<InProcessDomainEvent> events = new ConcurrentLinkedQueue<>();
        volatile long missed;
        private volatile boolean closed;

        @Override
        public Optional<InProcessDomainEvent> poll() {
            return Optional.ofNullable(events.poll());
        }

        @Override
        public Optional<InProcessDomainEvent> poll(Duration bound) {
            if (events.isEmpty()) {
                LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            }
            return poll();
        }

        @Override
        public long position() {
            throw new AssertionError("the demonstration never goes away and comes back");
        }

        @Override
        public long missed() {
            return missed;
        }

        @Override
        public boolean isClosed() {
            return closed;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** A queue in memory that remembers how each event was settled. */
    static final class Consumer implements DurableEventConsumer {
        final Deque<ReceivedEvent> queue = new ArrayDeque<>();
        final List<ReceivedEvent> acknowledged = new ArrayList<>();
        final List<ReceivedEvent> released = new ArrayList<>();

        /** Whether what was received is received again and again. */
        boolean again;

        /** Whether others publish one more event whenever somebody looks. */
        boolean endless;

        private int messages;

        void put(DomainEvent event) {
            queue.add(new ReceivedEvent(event, "q", Integer.toString(messages++), 1, Instant.now(), false));
        }

        @Override
        public List<ReceivedEvent> receive(int max, Duration wait) {
            if (endless) {
                put(event("others.event", UuidV7.next()));
            }
            List<ReceivedEvent> received = new ArrayList<>();
            while (received.size() < max && !queue.isEmpty()) {
                received.add(queue.remove());
            }
            if (again) {
                queue.addAll(received);
            }
            return received;
        }

        @Override
        public List<ReceivedEvent> acknowledge(Collection<ReceivedEvent> events) {
            acknowledged.addAll(events);
            return List.of();
        }

        @Override
        public List<ReceivedEvent> extend(Collection<ReceivedEvent> events, Duration visibility) {
            throw new AssertionError("nothing is held for long");
        }

        @Override
        public boolean release(ReceivedEvent event, Duration delay) {
            return released.add(event);
        }

        @Override
        public boolean deadLetter(ReceivedEvent event, String reason, Optional<Throwable> cause) {
            throw new AssertionError("nothing may go to the dead letters");
        }

        @Override
        public void close() {
            // Nothing is held open.
        }
    }
}
