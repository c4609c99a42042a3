package tasker.nativecore.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tasker.events.api.DomainEvent;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.QueueAdministration;
import tasker.events.api.spi.ReceivedEvent;

/** Keep a queue in memory that remembers how each event was settled, and fails as often as a test says. */
public final class TestQueue implements DurableEventConsumer {
    private final BlockingQueue<ReceivedEvent> visible = new LinkedBlockingQueue<>();
    private final List<List<String>> acknowledged = new CopyOnWriteArrayList<>();
    private final List<String> released = new CopyOnWriteArrayList<>();
    private final List<String> dead = new CopyOnWriteArrayList<>();
    private final List<String> lost = new CopyOnWriteArrayList<>();
    private final List<String> poison = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger extensions = new AtomicInteger();
    private volatile CountDownLatch answer = new CountDownLatch(0);
    private volatile boolean away;
    private volatile boolean closed;

    /** Put so many events in, whose message ids count up from 0. */
    public TestQueue put(int events) {
        for (int i = 0; i < events; i++) {
            visible.add(event(i, 1));
        }
        return this;
    }

    private static ReceivedEvent event(int id, int reads) {
        DomainEvent event = DomainEvent.of("order.created", Map.of("number", id), "test");
        return new ReceivedEvent(event, "test-queue", Integer.toString(id), reads, Instant.now(), false);
    }

    /** A transport whose consumers read this queue. */
    public DurableTransport transport() {
        return new TestTransports.Durable("durable-test") {
            @Override
            public DurableEventConsumer openConsumer(ConsumerOptions options) {
                return TestQueue.this;
            }

            @Override
            public QueueAdministration queues() {
                throw new AssertionError("the tests name their queue");
            }
        };
    }

    /** Let no call succeed while this is set. */
    public void away(boolean value) {
        away = value;
    }

    /** Let every acknowledgement wait for this latch. */
    public void answerAfter(CountDownLatch latch) {
        answer = latch;
    }

    /** Let the next so many settlements fail. */
    public void failSettling(int times) {
        failures.set(times);
    }

    /** Refuse every acknowledgement that this message is part of. */
    public void poison(String messageId) {
        poison.add(messageId);
    }

    /** Let another consumer have this message. */
    public void lose(String messageId) {
        lost.add(messageId);
    }

    /** The message ids of each acknowledgement. */
    public List<List<String>> acknowledged() {
        return acknowledged;
    }

    /** The message ids given back, each with its delay. */
    public List<String> released() {
        return released;
    }

    /** The message ids of the dead letters, each with its reason. */
    public List<String> dead() {
        return dead;
    }

    /** How often visibilities were extended. */
    public int extensions() {
        return extensions.get();
    }

    /** Messages that were not received yet. */
    public int waiting() {
        return visible.size();
    }

    /** Whether the consumer was closed. */
    public boolean isClosed() {
        return closed;
    }

    @Override
    public List<ReceivedEvent> receive(int max, Duration wait) throws InterruptedException {
        requireThere();
        List<ReceivedEvent> received = new ArrayList<>();
        ReceivedEvent first = visible.poll(Math.min(wait.toMillis(), 20), TimeUnit.MILLISECONDS);
        if (first != null) {
            received.add(first);
            visible.drainTo(received, max - 1);
        }
        return received;
    }

    @Override
    public List<ReceivedEvent> acknowledge(Collection<ReceivedEvent> events) {
        requireThere();
        Latches.awaitStubbornly(answer);
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new TaskerException("TASKER-Q110", "a failure that the test asked for");
        }
        if (events.stream().anyMatch(event -> poison.contains(event.messageId()))) {
            throw new TaskerException("TASKER-Q111", "refused");
        }
        acknowledged.add(events.stream().map(ReceivedEvent::messageId).toList());
        return lostOf(events);
    }

    @Override
    public List<ReceivedEvent> extend(Collection<ReceivedEvent> events, Duration visibility) {
        requireThere();
        extensions.incrementAndGet();
        return lostOf(events);
    }

    @Override
    public boolean release(ReceivedEvent event, Duration delay) {
        requireThere();
        released.add(event.messageId() + " " + delay.isZero());
        if (!delay.isZero()) {
            visible.add(event(Integer.parseInt(event.messageId()), event.readCount() + 1));
        }
        return !lost.contains(event.messageId());
    }

    @Override
    public boolean deadLetter(ReceivedEvent event, String reason, Optional<Throwable> cause) {
        requireThere();
        dead.add(event.messageId() + " " + reason);
        return !lost.contains(event.messageId());
    }

    private List<ReceivedEvent> lostOf(Collection<ReceivedEvent> events) {
        return events.stream().filter(event -> lost.contains(event.messageId())).toList();
    }

    private void requireThere() {
        if (away) {
            throw new TaskerException("TASKER-Q110", "the store is away");
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
