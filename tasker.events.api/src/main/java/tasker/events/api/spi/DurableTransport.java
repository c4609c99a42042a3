package tasker.events.api.spi;

import java.util.Optional;

/**
 * Carry events through a durable store: the durable path.
 *
 * <p>All methods but {@link #start} and {@link #close} may be called from many threads at once, between those two.
 */
public interface DurableTransport extends WorkerService {
    /** The publisher; the same one at each call. */
    DurableEventPublisher publisher();

    /**
     * Publish in transactions of the callers' own; empty when the store has no SQL transactions. The same one at each
     * call.
     */
    default Optional<TransactionalEventPublisher> transactional() {
        return Optional.empty();
    }

    /** Open a consumer, which the caller closes. */
    DurableEventConsumer openConsumer(ConsumerOptions options);

    /** Look at the queues. */
    QueueAdministration queues();
}
