package tasker.nativecore.consuming;

import tasker.events.api.spi.ReceivedEvent;

/** Do with a durable event what has to be done. */
@FunctionalInterface
public interface DurableEventHandler {
    /**
     * Handle one event. Called on virtual threads, for several events at once: at most as many as
     * {@link SubscriptionOptions#concurrency()} allows, and of a subscription in order never for two of one key.
     *
     * <p>When it returns, the event is acknowledged. An {@link tasker.events.api.InvalidValueException} or an
     * {@link tasker.events.api.EventRejectedException} sends the event to the dead letters at once; any other
     * exception, and any {@link Error}, lets it be handled again after a delay, until it was read as often as
     * {@link tasker.events.api.spi.ConsumerOptions#maxReads()} allows.
     *
     * <p>An event comes at least once: a handler may be called again for one that it has handled, when the worker or
     * the store failed before that was written down. While the handler works, the event stays hidden from others. When
     * it is lost all the same, because the store could not be reached for long, the thread is interrupted and what the
     * handler does then is not settled: another worker has the event. The thread is interrupted too when the worker or
     * the subscription closes and the handler has not ended in time; the event is then given back.
     */
    void handle(ReceivedEvent event) throws Exception;
}
