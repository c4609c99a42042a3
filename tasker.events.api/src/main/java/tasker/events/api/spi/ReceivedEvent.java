package tasker.events.api.spi;

import java.time.Instant;
import tasker.events.api.DomainEvent;

/**
 * Hold an event that a consumer has received and not yet settled.
 *
 * @param event what was published
 * @param queue where it was read from
 * @param messageId what the store knows it by
 * @param readCount how often it has been read, this time included, from 1
 * @param enqueuedAt when it was written
 */
public record ReceivedEvent(DomainEvent event, String queue, String messageId, int readCount, Instant enqueuedAt) {}
