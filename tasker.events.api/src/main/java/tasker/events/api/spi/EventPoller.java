package tasker.events.api.spi;

import java.time.Duration;
import java.util.Optional;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.TraceContext;

/**
 * Receive the events of the fast path, from the moment of the subscription or from a position on, in one order that all
 * subscribers see.
 *
 * <p>For use by one thread at a time, except {@link #missed()}, {@link #isClosed()} and {@link #close()}, which any
 * thread may call. A poller that falls further behind than the channel holds resumes at the oldest event still held and
 * counts exactly how many it missed: loss is counted, never an error.
 */
public interface EventPoller extends AutoCloseable {
    /** The next event, or empty when there is none now or ever again; never blocks. */
    Optional<InProcessDomainEvent> poll();

    /**
     * The next event, waiting for one at most this long; empty when none came, or when the poller is closed.
     *
     * @throws InterruptedException when the waiting thread is interrupted
     * @throws IllegalStateException when another thread waits in this poller at the same time
     */
    Optional<InProcessDomainEvent> poll(Duration bound) throws InterruptedException;

    /**
     * The trace context that the event was published in which the last call of {@code poll} returned; empty when it had
     * none. For use by the thread that polls.
     */
    default Optional<TraceContext> trace() {
        return Optional.empty();
    }

    /**
     * How many events, of any type, came before the one that is looked at next, since the start of the transport: where
     * {@link FastTransport#subscribe(tasker.events.api.EventPattern, long)} goes on.
     */
    long position();

    /** How many events, of any type, were overwritten before this poller read them. */
    long missed();

    /** Whether no event will come any more: this poller or the channel is closed, and the rest was polled. */
    boolean isClosed();

    /** End the subscription; closing twice does nothing. */
    @Override
    void close();
}
