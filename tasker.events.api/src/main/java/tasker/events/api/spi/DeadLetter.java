package tasker.events.api.spi;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tasker.events.api.DomainEvent;

/**
 * Describe a message that could not be handled.
 *
 * @param queue the queue of dead letters that it lies in
 * @param messageId what the store knows it by there
 * @param reason why it came there; empty when whoever moved it left no reason
 * @param cause the kind of reason: {@code malformed}, {@code max_reads} or {@code consumer}; empty when unknown
 * @param stack the exception that caused it, shortened; empty when there was none
 * @param originalQueue where it was read from
 * @param originalMessageId what the store knew it by there
 * @param readCount how often somebody had read it to handle it; empty when unknown
 * @param deadLetteredAt when it came there
 * @param event the event, without the headers that say why it is here; empty when the message is no event
 * @param message the message as it is, JSON
 * @param headers its headers as they are, those included that say why it is here: names, and values as texts
 */
public record DeadLetter(
        String queue,
        String messageId,
        Optional<String> reason,
        Optional<String> cause,
        Optional<String> stack,
        Optional<String> originalQueue,
        Optional<String> originalMessageId,
        Optional<Integer> readCount,
        Instant deadLetteredAt,
        Optional<DomainEvent> event,
        String message,
        Map<String, String> headers) {}
