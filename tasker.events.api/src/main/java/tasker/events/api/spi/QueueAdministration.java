package tasker.events.api.spi;

import java.util.List;
import java.util.Optional;
import tasker.events.api.TaskerException;

/**
 * Look at the queues of a durable store, and put right what failed; safe for use by many threads.
 *
 * <p>A queue that is asked for its dead letters is named by itself or by the queue that holds them. A replay moves
 * messages back into their queue, where consumers find them at once, as new: with the {@code event_id} and the headers
 * that they had, and not yet read.
 */
public interface QueueAdministration {
    /** The name of the queue that the worker's own events go to. */
    String eventQueue();

    /** The name of the queue that holds the dead letters of the {@link #eventQueue()}. */
    String deadLetterQueue();

    /**
     * Every queue of the store, sorted by name.
     *
     * @throws TaskerException when the store cannot be read
     */
    List<QueueStatus> list();

    /**
     * One queue, or empty when there is none of that name.
     *
     * @throws TaskerException when the store cannot be read
     */
    Optional<QueueStatus> status(String queue);

    /**
     * The dead letters of a queue that are chosen, oldest first, whether or not they are events.
     *
     * @param limit the most to return, from 1 to 10,000
     * @throws TaskerException when there is no such queue, or the store cannot be read
     */
    List<DeadLetter> deadLetters(String queue, EventSelection selection, int limit);

    /**
     * Move the chosen dead letters of a queue back into it.
     *
     * @return how many were moved
     * @throws TaskerException when there is no such queue, or the store cannot be written; what was moved before stays
     *     moved, and each message is in one place at every moment
     */
    long replayDeadLetters(String queue, EventSelection selection);

    /**
     * Delete the chosen dead letters of a queue for good.
     *
     * @return how many were deleted
     * @throws TaskerException when there is no such queue, or the store cannot be written
     */
    long purgeDeadLetters(String queue, EventSelection selection);

    /**
     * Move the chosen messages of a queue's archive back into it.
     *
     * @return how many were moved
     * @throws TaskerException as {@link #replayDeadLetters} does
     */
    long replayArchive(String queue, EventSelection selection);
}
