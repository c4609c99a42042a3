package tasker.events.pgmq;

import java.util.List;

/**
 * Hold what one call writes, all of it or nothing, to one queue.
 *
 * @param queue where it goes
 * @param messages the events, serialised
 * @param delayMillis how long they stay invisible
 * @param length how many characters they have together
 */
record Outgoing(QueueName queue, List<EventMessage> messages, long delayMillis, long length) {
    /** How many events it has. */
    int size() {
        return messages.size();
    }
}
