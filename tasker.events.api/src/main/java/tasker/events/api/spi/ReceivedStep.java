package tasker.events.api.spi;

import java.util.Optional;
import java.util.UUID;
import tasker.events.api.StepLimits;
import tasker.events.api.StepRequest;

/** Hold a message that a source of steps has received and not yet settled. */
public sealed interface ReceivedStep {
    /** What the store knows the message by. */
    String messageId();

    /** How often it has been read, this time included, from 1. */
    int readCount();

    /**
     * Ask for a step.
     *
     * @param messageId what the store knows the message by
     * @param readCount how often it has been read, this time included, from 1
     * @param startCount how often it has been read to be run since it was last released, this time included, from 1:
     *     reads that a worker {@linkplain StepSource#leave left alone} do not count
     * @param request what to run
     * @param limits how often and how long
     * @param fleet the ids that workers of another kind know the step by, which its result carries back
     */
    record Step(
            String messageId,
            int readCount,
            int startCount,
            StepRequest request,
            StepLimits limits,
            Optional<FleetIds> fleet)
            implements ReceivedStep {}

    /**
     * Name a step as workers of another kind know it.
     *
     * @param taskUuid the task that it belongs to
     * @param stepUuid the step
     */
    record FleetIds(UUID taskUuid, UUID stepUuid) {}

    /**
     * Hold a message that asks for no step.
     *
     * @param messageId what the store knows the message by
     * @param readCount how often it has been read, this time included, from 1
     * @param problem why it is none
     */
    record Malformed(String messageId, int readCount, String problem) implements ReceivedStep {}

    /**
     * Hold a message for workers of another kind that share the queue, such as one that names a step by ids which only
     * they look up. It is counted and left alone: it comes back, to one of them, when its visibility runs out.
     *
     * @param messageId what the store knows the message by
     * @param readCount how often it has been read, this time included, from 1
     */
    record Elsewhere(String messageId, int readCount) implements ReceivedStep {}
}
