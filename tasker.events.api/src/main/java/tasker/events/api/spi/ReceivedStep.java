package tasker.events.api.spi;

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
     * @param request what to run
     * @param limits how often and how long
     */
    record Step(String messageId, int readCount, StepRequest request, StepLimits limits) implements ReceivedStep {}

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
