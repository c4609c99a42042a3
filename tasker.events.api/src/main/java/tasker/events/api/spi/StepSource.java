package tasker.events.api.spi;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import tasker.events.api.PublishException;
import tasker.events.api.ResultRefusedException;
import tasker.events.api.TaskerException;

/**
 * Read steps from a durable queue, at least once each, and settle them with their results.
 *
 * <p>A step that is received stays hidden from other workers for the source's visibility timeout; unless it is settled
 * or released by then, it is received again, here or elsewhere. The worker {@linkplain #extend extends} what it holds,
 * so that this happens to those of a worker that crashed: another one runs its steps again. Settling is fenced: it has
 * an effect only while this source's read is the last one.
 *
 * <p>The worker calls {@link #receive} on one thread, never for more steps than it has room for, and all else from many
 * threads. It never settles a step before its result is known.
 */
public interface StepSource extends AutoCloseable {
    /** What traces call the queue; empty for one without a name. */
    default String queue() {
        return "";
    }

    /** How long a step that is received stays hidden; always the same. */
    Duration visibility();

    /**
     * Receive up to this many steps, waiting for the first at most this long; empty when none came.
     *
     * <p>A message that is no step, such as one that is no JSON of a step, is returned as
     * {@link ReceivedStep.Malformed}; the worker counts it and calls {@link #deadLetter}.
     *
     * @param max at least 1
     * @throws TaskerException when the queue cannot be read; the worker waits and tries again
     * @throws InterruptedException when the waiting thread is interrupted
     */
    List<ReceivedStep> receive(int max, Duration wait) throws InterruptedException;

    /**
     * Hide steps that still run for this long from now on.
     *
     * @return those that were not this source's any more
     * @throws TaskerException when the store cannot be written; the worker tries again
     */
    List<ReceivedStep.Step> extend(Collection<ReceivedStep.Step> steps, Duration visibility);

    /**
     * Leave steps to other workers, because no handler here serves them: they stay hidden as long as they are, and
     * these reads do not add to their {@link ReceivedStep.Step#startCount}.
     *
     * @throws TaskerException when the store cannot be written; the reads count
     */
    void leave(Collection<ReceivedStep.Step> steps);

    /**
     * Settle a step as done: in one transaction, delete its message, write its result, and publish its durable events.
     *
     * <p>A source that could not tell whether a settlement was committed finds that out when it is tried again, so that
     * its answer is what became of the first try.
     *
     * @return whether the step was still this source's; otherwise nothing was written, and it is, or will be, run
     *     elsewhere
     * @throws PublishException when the store refuses the events: nothing was written; the worker settles the step
     *     without them
     * @throws ResultRefusedException when the store will never keep the result, whatever the events: nothing was
     *     written; the worker moves the step {@linkplain #deadLetter(ReceivedStep.Step, ResultRefusedException) to the
     *     dead letters}
     * @throws TaskerException when the store cannot be written, or may not have been; the worker tries again until it
     *     is told {@code true} or {@code false}, or is closed
     */
    boolean settle(StepSettlement settlement);

    /**
     * Give a step back, to be received again after a delay; its {@link ReceivedStep.Step#startCount} begins anew.
     *
     * @param nextAttempt the {@link tasker.events.api.StepRequest#attempt()} that it then has
     * @return whether it was still this source's
     * @throws TaskerException when the store cannot be written; the step comes back when its visibility runs out
     */
    boolean release(ReceivedStep.Step step, int nextAttempt, Duration delay);

    /**
     * Move a message to the dead letters, with the reason.
     *
     * @return whether it was still this source's
     * @throws TaskerException when the store cannot be written; the message comes back when its visibility runs out
     */
    boolean deadLetter(ReceivedStep step, String reason);

    /**
     * Move a step that has ended to the dead letters, because its result was refused.
     *
     * @return whether it was still this source's
     * @throws TaskerException when the store cannot be written; the worker tries again until it is closed
     */
    boolean deadLetter(ReceivedStep.Step step, ResultRefusedException refusal);

    /** Stop reading; what is unsettled becomes visible again when its timeout runs out. Closing twice does nothing. */
    @Override
    void close();
}
