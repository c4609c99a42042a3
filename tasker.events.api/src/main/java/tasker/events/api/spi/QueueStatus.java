package tasker.events.api.spi;

import java.time.Duration;
import java.util.Optional;

/**
 * Describe a durable queue as it stands.
 *
 * @param name the queue
 * @param length messages in it, hidden ones included
 * @param visibleLength messages that could be read now
 * @param oldestAge how long ago the oldest message in it was written; empty when it is empty
 * @param totalMessages messages that were ever written to it
 */
public record QueueStatus(
        String name, long length, long visibleLength, Optional<Duration> oldestAge, long totalMessages) {}
