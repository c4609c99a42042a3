package tasker.events.api.spi;

import java.util.concurrent.Flow;
import java.util.function.Consumer;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;

/**
 * Carry events within this process: the fast path.
 *
 * <p>A publisher never blocks and never fails because of a subscriber. There are three ways to subscribe: a poller, for
 * a thread of the subscriber's own; a listener, which a thread of the transport calls; and a {@link Flow.Publisher},
 * for reactive streams. All of them see the events in one order, and each in its own time.
 *
 * <ul>
 *   <li><b>Full</b>: there is no such state for a publisher. The oldest event is overwritten; whoever had not read it
 *       yet has missed it, resumes at the oldest that is kept, and it counts as {@link #dropped()}.
 *   <li><b>Closed</b>: publishing fails with {@code TASKER-F101}, before the start as after the close. A subscription
 *       that is made then is closed from the beginning.
 *   <li><b>Close while events are in flight</b>: a publish has either returned, and its event reaches every subscriber
 *       that asks for it, or failed. Pollers are closed once they have read the rest. Listeners and subscribers with
 *       demand are given the rest before {@link #close} returns, but for at most a second in all: what a listener has
 *       not taken by then, it never gets, and one that is still running is interrupted, while the others may still take
 *       it afterwards.
 *   <li><b>Publishing from a callback</b>: allowed anywhere, {@link #close} too. The event comes after those that are
 *       in the channel already; whoever publishes more in one call than the channel holds misses some of its own.
 * </ul>
 *
 * <p>All methods but {@link #start} and {@link #close} may be called from many threads at once, between those two.
 */
public interface FastTransport extends WorkerService {
    /** The publisher; the same one at each call. */
    DomainEventPublisher publisher();

    /** Subscribe to the events of these types that are published from now on. */
    EventPoller subscribe(EventPattern pattern);

    /**
     * Subscribe to the events of these types from a position on, which is how a subscriber that was away goes on where
     * it was. What was overwritten by then counts as missed, exactly, by the poller and in {@link #dropped()}.
     *
     * @param position what {@link EventPoller#position()} of an earlier poller of this transport was; one below 0 is 0,
     *     and one that no event has reached yet is that of the next event
     */
    EventPoller subscribe(EventPattern pattern, long position);

    /** Call a listener that is known by the name of its class; see the method with a name. */
    default Registration listen(EventPattern pattern, Consumer<InProcessDomainEvent> listener) {
        String type = listener.getClass().getName();
        int lambda = type.indexOf("$$Lambda");
        return listen(lambda < 0 ? type : type.substring(0, lambda), pattern, listener);
    }

    /**
     * Call a listener for every event of these types that is published from now on, until the registration is closed.
     *
     * <p>All listeners are called on one thread of the transport, one after the other, each event in the order of the
     * channel: a slow listener delays the others, and what is overwritten meanwhile counts as {@link #dropped()}. A
     * listener that throws reaches neither the publisher nor other listeners: it is counted, logged
     * ({@code TASKER-F102}) and called again for the next event. One that takes longer than the transport's limit is
     * counted and logged, too ({@code TASKER-F104}), while it is still running if need be. The thread is woken by the
     * publisher; {@code worker.polling-interval-ms} bounds one wait. A closed transport calls no listener.
     *
     * @param name what logs and metrics call it: 1 to 128 letters and digits of any script, {@code . _ $ -}; several
     *     may share one
     * @throws tasker.events.api.InvalidValueException when the name is anything else
     */
    Registration listen(String name, EventPattern pattern, Consumer<InProcessDomainEvent> listener);

    /**
     * The events of these types as a reactive stream: each subscriber gets those that are published after its
     * {@code subscribe}.
     *
     * <p>Signals come from a virtual thread of the subscription's own, which exists while there is demand: a slow
     * subscriber delays no other. Nothing is buffered for one that asks for nothing; it falls behind in the channel
     * like any other and learns from {@link EventFlowSubscription#missed()} how many it missed, so loss is never an
     * error. The stream completes when the transport is closed and the subscriber has the rest, which it must ask for.
     * It fails only by {@code request} with a number that is not positive. A subscriber that throws is cancelled and
     * logged ({@code TASKER-F105}).
     *
     * @return the publisher, which any number of subscribers may use; it hands each an {@link EventFlowSubscription}
     */
    Flow.Publisher<InProcessDomainEvent> flow(EventPattern pattern);

    /** How many of the last events are kept, read or not, for subscribers that fall behind or come back. */
    int capacity();

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
