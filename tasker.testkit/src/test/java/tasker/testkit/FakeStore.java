package tasker.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import tasker.events.api.DomainEvent;
import tasker.events.api.spi.EventSelection;

/** Hold queues in memory as a durable store does; guarded by itself. */
final class FakeStore {
    private static final Duration SHORT = Duration.ofSeconds(2);

    final Map<String, Queue> queues = new TreeMap<>();
    private int messages;

    /** A queue, its dead letters and its archive. */
    static final class Queue {
        final List<Message> messages = new ArrayList<>();
        final List<Message> dead = new ArrayList<>();
        final List<Message> archive = new ArrayList<>();
        int total;
    }

    /** A message, which is hidden until a time. */
    static final class Message {
        final String id;
        final DomainEvent event;
        final Object writer;
        final Instant enqueuedAt = Instant.now();
        Instant visibleAt = Instant.now();
        Object reader;
        int reads;
        boolean settled;
        Optional<String> reason = Optional.empty();
        Optional<String> stack = Optional.empty();
        Instant diedAt = Instant.EPOCH;

        Message(String id, DomainEvent event, Object writer) {
            this.id = id;
            this.event = event;
            this.writer = writer;
            this.reader = writer;
        }

        boolean isVisible() {
            return !visibleAt.isAfter(Instant.now());
        }

        /** Hide it; the short times that tests wait for are a twentieth as long here. */
        void hide(Duration time) {
            visibleAt = Instant.now().plus(time.compareTo(SHORT) <= 0 ? time.dividedBy(20) : time);
        }
    }

    synchronized Queue queue(String name) {
        return queues.computeIfAbsent(name, ignored -> new Queue());
    }

    synchronized void add(String name, DomainEvent event, Duration delay, Object writer) {
        Queue queue = queue(name);
        Message message = new Message(Integer.toString(++messages), event, writer);
        message.hide(delay);
        queue.messages.add(message);
        queue.total++;
        notifyAll();
    }

    /** Wait for what another thread does, or for a message that becomes visible. */
    @SuppressWarnings("WaitNotInLoop") // the caller looks again in one
    synchronized void pause() throws InterruptedException {
        wait(5);
    }

    static boolean isChosen(Message message, EventSelection selection) {
        UUID id = message.event.eventId();
        return selection.types().stream()
                        .map(pattern -> pattern.matches(message.event.eventType()))
                        .reduce(Boolean::logicalOr)
                        .orElse(true)
                && ((selection.eventIds().isEmpty() && selection.messageIds().isEmpty())
                        || selection.eventIds().contains(id)
                        || selection.messageIds().contains(message.id))
                && selection.since().map(time -> !message.diedAt.isBefore(time)).orElse(true)
                && selection.until().map(message.diedAt::isBefore).orElse(true);
    }
}
