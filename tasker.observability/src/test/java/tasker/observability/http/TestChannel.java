package tasker.observability.http;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
    private final List<InProcessDomainEvent> all = new ArrayList<>();

    TestChannel(int capacity) {
        this.capacity = capacity;
    }

    EventPoller subscribe(EventPattern pattern) {
        return subscribe(pattern, Long.MAX_VALUE);
    }

    synchronized EventPoller subscribe(EventPattern pattern, long position) {
        int from = Math.clamp(position, 0, all.size());
        Poller poller = new Poller(pattern, from);
        poller.offer(all.subList(from, all.size()));
        pollers.add(poller);
        return poller;
    }

    int capacity() {
        return capacity;
    }

    synchronized long published() {
        return all.size();
    }

    int subscribers() {
        return pollers.size();
    }

    void publish(InProcessDomainEvent event) {
        publishAtOnce(List.of(event));
    }

    /** Publish all before any poller can read one of them. */
    synchronized void publishAtOnce(List<InProcessDomainEvent> events) {
        all.addAll(events);
        pollers.forEach(poller -> poller.offer(events));
    }

    private final class Poller implements EventPoller {
        private final EventPattern pattern;
        private final Deque<InProcessDomainEvent> events = new ArrayDeque<>();
        private long position;
        private long missed;
        private boolean closed;

        Poller(EventPattern pattern, long position) {
            this.pattern = pattern;
            this.position = position;
        }

        synchronized void offer(List<InProcessDomainEvent> more) {
            for (InProcessDomainEvent event : more) {
                if (events.size() == capacity) {
                    events.removeFirst();
                    position++;
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
                position++;
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
        public synchronized long position() {
            return position;
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
