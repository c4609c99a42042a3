package tasker.nativecore.steps;

import tasker.nativecore.guard.Gate;

/**
 * Know what is under way of one registration of a handler, without holding anything of the handler itself; safe for use
 * by many threads.
 */
final class HandlerLife {
    private final Gate steps = new Gate();
    private final Gate events = new Gate();
    private volatile boolean retired;
    private volatile boolean revoked;

    /** The steps that were submitted and have not ended; closed once the handler takes no more. */
    Gate steps() {
        return steps;
    }

    /** The declared events that are queued or on their way. */
    Gate events() {
        return events;
    }

    /** Let none of its steps begin any more. */
    void revoke() {
        revoked = true;
    }

    /** Whether its steps must not begin any more. */
    boolean isRevoked() {
        return revoked;
    }

    /** Take no more steps. */
    void retire() {
        steps.close();
        retired = true;
    }

    /** Whether no step comes in any more, and nothing is under way. */
    boolean isOver() {
        return retired && steps.inside() == 0 && events.inside() == 0;
    }
}
