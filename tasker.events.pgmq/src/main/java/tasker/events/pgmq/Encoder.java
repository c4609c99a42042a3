package tasker.events.pgmq;

import java.util.ArrayList;
import java.util.List;
import tasker.events.api.DomainEvent;
import tasker.events.api.PublishException;
import tasker.events.api.spi.PublishOptions;

/** Serialise events for the queue that their options choose; immutable, and safe for use by many threads. */
final class Encoder {
    /** The most characters of JSON in one call: what the server must hold in memory several times over. */
    static final long MAX_LENGTH = 64L * 1_024 * 1_024;

    /** What an event takes in memory beside its characters, roughly, counted in characters. */
    static final int OVERHEAD = 256;

    private final String namespace;
    private final QueueName queue;

    /** Serialise for this namespace's queue where the options choose no other. */
    Encoder(String namespace, QueueName queue) {
        this.namespace = namespace;
        this.queue = queue;
    }

    /**
     * Serialise.
     *
     * @throws PublishException {@code TASKER-Q104} when it is too much for one call
     */
    Outgoing encode(List<DomainEvent> events, PublishOptions options) {
        String name = options.namespace().orElse(namespace);
        QueueName to = options.namespace().map(QueueName::events).orElse(queue);
        List<EventMessage> messages = new ArrayList<>(events.size());
        long length = 0;
        for (DomainEvent event : events) {
            EventMessage message = EventMessage.of(event, name);
            messages.add(message);
            length += message.length();
        }
        if (length > MAX_LENGTH) {
            throw WriteFailure.notWritten(
                            "TASKER-Q104",
                            events.size() + " events make " + length + " characters of JSON; at most " + MAX_LENGTH
                                    + " fit into one call: publish them in several",
                            null)
                    .of(to);
        }
        return new Outgoing(to, messages, options.delay().toMillis(), length);
    }
}
