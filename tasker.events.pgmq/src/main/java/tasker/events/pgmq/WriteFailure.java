package tasker.events.pgmq;

import org.jspecify.annotations.Nullable;
import tasker.events.api.PublishException;

/**
 * Tell why events were not, or may not have been, written; one of these serves all the callers of a group, each of whom
 * gets an exception of its own. Immutable.
 */
final class WriteFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String problem;
    private final boolean mayHaveBeenWritten;
    private final Blame blame;

    /** What a group's failure is due to, and so which parts of the group may succeed without the others. */
    enum Blame {
        /** Neither events nor queue: all of it fails. */
        NEITHER,
        /** A queue, which refuses every event; others may take theirs. */
        QUEUE,
        /** Some of the events. */
        EVENTS
    }

    private WriteFailure(
            String code, String problem, boolean mayHaveBeenWritten, Blame blame, @Nullable Throwable cause) {
        super(problem, cause, false, false);
        this.code = code;
        this.problem = problem;
        this.mayHaveBeenWritten = mayHaveBeenWritten;
        this.blame = blame;
    }

    /** Nothing was written, whatever the events. */
    static WriteFailure notWritten(String code, String problem, @Nullable Throwable cause) {
        return new WriteFailure(code, problem, false, Blame.NEITHER, cause);
    }

    /** The database refused some of the events, and may take the others. */
    static WriteFailure refused(String code, String problem, Throwable cause) {
        return new WriteFailure(code, problem, false, Blame.EVENTS, cause);
    }

    /** The database refused a queue, whatever the events. */
    static WriteFailure queueRefused(String problem, Throwable cause) {
        return new WriteFailure("TASKER-Q102", problem, false, Blame.QUEUE, cause);
    }

    /** The commit was sent, and its answer never came. */
    static WriteFailure unknown(String problem, @Nullable Throwable cause) {
        return new WriteFailure("TASKER-Q105", problem, true, Blame.NEITHER, cause);
    }

    boolean mayHaveBeenWritten() {
        return mayHaveBeenWritten;
    }

    Blame blame() {
        return blame;
    }

    /** The exception for one caller, with the stack trace of the thread that asks. */
    PublishException of(QueueName queue) {
        return new PublishException(
                code, "cannot publish to '" + queue + "': " + problem, mayHaveBeenWritten, getCause());
    }
}
