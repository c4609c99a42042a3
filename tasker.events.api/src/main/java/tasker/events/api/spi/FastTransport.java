package tasker.events.api.spi;

import java.util.function.Consumer;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;

/**
 * Carry events within this process: the fast path.
 *
 * <p>A publisher never blocks and never fails because of a subscriber. All methods but {@link #start} and
 * {@link #close} may be called from many threads at once, between those two.
 */
public interface FastTransport extends WorkerService {
    /** The publisher; the same one at each call. */
    DomainEventPublisher publisher();

    /** Subscribe to the events of these types that are published from now on. */
    EventPoller subscribe(EventPattern pattern);

    /**
     * Call a listener for every event of these types that is published from now on, until the registration is closed.
     *
     * <p>All listeners are called on one thread of the transport, one after the other, each event in the order of the
     * channel: a slow listener delays the others, and what is overwritten meanwhile counts as {@link #dropped()}. A
     * listener that throws reaches neither the publisher nor other listeners: it is logged ({@code TASKER-F102}) and
     * called again for the next event. The thread is woken by the publisher; {@code worker.polling-interval-ms} bounds
     * one wait. A closed transport calls no listener.
     */
    Registration listen(EventPattern pattern, Consumer<InProcessDomainEvent> listener);

    /** How many events were published since the start. */
    long published();

    /** How many events subscribers have missed since the start, summed over all subscribers, past ones too. */
    long dropped();

    /** How many subscriptions are open. */
    int subscribers();

    /** End the calls of a listener; safe for use by many threads. */
    @FunctionalInterface
    interface Registration extends AutoCloseable {
        /**
         * Call the listener no more. An event that is being delivered meanwhile may still reach it. Closing twice does
         * nothing.
         */
        @Override
        void close();
    }
}
