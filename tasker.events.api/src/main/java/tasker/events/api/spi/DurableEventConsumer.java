package tasker.events.api.spi;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import tasker.events.api.TaskerException;

/**
 * Read events from a durable store, at least once each.
 *
 * <p>An event that is received stays hidden from other consumers for the visibility timeout; unless it is settled by
 * then, it is received again, here or elsewhere. Settling is fenced: it has an effect only while this consumer's read
 * is the last one. For use by one thread at a time, except {@link #close()}.
 */
public interface DurableEventConsumer extends AutoCloseable {
    /**
     * Receive up to this many events, waiting for the first at most this long; empty when none came.
     *
     * <p>A message that is no event is moved to the dead letters with the reason, counted, and not returned.
     *
     * @param max from 1 to 10,000
     * @throws TaskerException when the store cannot be read
     * @throws InterruptedException when the waiting thread is interrupted
     */
    List<ReceivedEvent> receive(int max, Duration wait) throws InterruptedException;

    /**
     * Settle events as done.
     *
     * @return how many of them were still this consumer's; the others are, or will be, received again elsewhere
     * @throws TaskerException when the store cannot be written
     */
    int acknowledge(Collection<ReceivedEvent> events);

    /**
     * Give one event back, to be received again after a delay.
     *
     * @return whether it was still this consumer's
     * @throws TaskerException when the store cannot be written
     */
    boolean release(ReceivedEvent event, Duration delay);

    /**
     * Move one event to the dead letters, with the reason.
     *
     * @return whether it was still this consumer's
     * @throws TaskerException when the store cannot be written
     */
    boolean deadLetter(ReceivedEvent event, String reason);

    /** Stop reading; what is unsettled becomes visible again when its timeout runs out. Closing twice does nothing. */
    @Override
    void close();
}
