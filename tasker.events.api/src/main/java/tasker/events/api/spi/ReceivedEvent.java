package tasker.events.api.spi;

import java.time.Instant;
import java.util.Optional;
import tasker.events.api.DomainEvent;
import tasker.events.api.TraceContext;

/**
 * Hold an event that a consumer has received and not yet settled.
 *
 * @param event what was published
 * @param queue where it was read from
 * @param messageId what the store knows it by
 * @param readCount how often it has been read, this time included, from 1
 * @param enqueuedAt when it was written
 * @param duplicate whether this consumer has, within its {@linkplain ConsumerOptions#duplicateWindow() window},
 *     received the same {@code event_id} in another message, such as one whose publish was tried again after an error
 *     that said "may have been written". A message that is received again is no duplicate of itself: that shows in the
 *     read count. What other consumers received, or this one before it was opened or beyond the ids that it can
 *     remember, it cannot know: a handler that must not act twice needs a memory of its own
 */
public record ReceivedEvent(
        DomainEvent event, String queue, String messageId, int readCount, Instant enqueuedAt, boolean duplicate) {
    /** The trace context that the event was published in; empty when it has none, or a malformed one. */
    public Optional<TraceContext> trace() {
        return event.trace();
    }
}
