package tasker.events.api.spi;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import tasker.events.api.TaskerException;

/**
 * Read events from a durable store, at least once each.
 *
 * <p>An event that is received stays hidden from other consumers for the visibility timeout; unless it is settled or
 * {@linkplain #extend extended} by then, it is received again, here or elsewhere. Everything that is done with a
 * received event is fenced: it has an effect only while this consumer's read is the last one. After an error that
 * leaves open whether the store has done what was asked, the same call may be made again; what the first one has
 * settled is then reported as lost. Safe for use by many threads.
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
     * Settle events as done: delete or archive them, as the options say.
     *
     * @return those that were no longer this consumer's and are left as they are: they are, or will be, received again
     *     elsewhere
     * @throws TaskerException when the store cannot be written
     */
    List<ReceivedEvent> acknowledge(Collection<ReceivedEvent> events);

    /**
     * Keep events hidden for this long from now, at least a millisecond.
     *
     * @return those that were no longer this consumer's and are left as they are
     * @throws TaskerException when the store cannot be written
     */
    List<ReceivedEvent> extend(Collection<ReceivedEvent> events, Duration visibility);

    /**
     * Give one event back, to be received again after a delay.
     *
     * @return whether it was still this consumer's
     * @throws TaskerException when the store cannot be written
     */
    boolean release(ReceivedEvent event, Duration delay);

    /**
     * Move one event to the dead letters, with the reason and the exception that caused it, where there is one.
     *
     * @return whether it was still this consumer's
     * @throws TaskerException when the store cannot be written
     */
    boolean deadLetter(ReceivedEvent event, String reason, Optional<Throwable> cause);

    /** Stop reading; what is unsettled becomes visible again when its timeout runs out. Closing twice does nothing. */
    @Override
    void close();
}
