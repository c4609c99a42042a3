package tasker.events.api.spi;

import java.util.List;
import java.util.Optional;
import tasker.events.api.TaskerException;

/** Look at the queues of a durable store; safe for use by many threads. */
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
}
