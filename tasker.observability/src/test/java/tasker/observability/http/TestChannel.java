package tasker.observability.http;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.spi.EventPoller;

/** Broadcast to pollers that keep few events, so that a test can make one fall behind. */
final class TestChannel {
    private final int capacity;
    private final Set<Poller> pollers = new CopyOnWriteArraySet<>();

    TestChannel(int capacity) {
        this.capacity = capacity;
    }

    EventPoller subscribe(EventPattern pattern) {
        Poller poller = new Poller(pattern);
        pollers.add(poller);
        return poller;
    }

    int subscribers() {
        return pollers.size();
    }

    void publish(InProcessDomainEvent event) {
        publishAtOnce(List.of(event));
    }

    /** Publish all before any poller can read one of them. */
    void publishAtOnce(List<InProcessDomainEvent> events) {
        pollers.forEach(poller -> poller.offer(events));
    }

    private final class Poller implements EventPoller {
        private final EventPattern pattern;
        private final Deque<InProcessDomainEvent> events = new ArrayDeque<>();
        private long missed;
        private boolean closed;

        Poller(EventPattern pattern) {
            this.pattern = pattern;
        }

        synchronized void offer(List<InProcessDomainEvent> more) {
            for (InProcessDomainEvent event : more) {
                if (events.size() == capacity) {
                    events.removeFirst();
                    missed++;
                }
                events.addLast(event);
            }
            notifyAll();
        }

        @Override
        public synchronized Optional<InProcessDomainEvent> poll() {
            while (!events.isEmpty()) {
                InProcessDomainEvent event = events.removeFirst();
                if (pattern.matches(event.eventType())) {
                    return Optional.of(event);
                }
            }
            return Optional.empty();
        }

        @Override
        public synchronized Optional<InProcessDomainEvent> poll(Duration bound) throws InterruptedException {
            long deadline = System.nanoTime() + bound.toNanos();
            Optional<InProcessDomainEvent> next = poll();
            while (next.isEmpty() && !closed && deadline - System.nanoTime() > 0) {
                wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
                next = poll();
            }
            return next;
        }

        @Override
        public synchronized long missed() {
            return missed;
        }

        @Override
        public synchronized boolean isClosed() {
            return closed && events.isEmpty();
        }

        @Override
        public synchronized void close() {
            closed = true;
            pollers.remove(this);
            notifyAll();
        }
    }
}
