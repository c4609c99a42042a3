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
    private final boolean aboutTheEvents;

    private WriteFailure(
            String code,
            String problem,
            boolean mayHaveBeenWritten,
            boolean aboutTheEvents,
            @Nullable Throwable cause) {
        super(problem, cause, false, false);
        this.code = code;
        this.problem = problem;
        this.mayHaveBeenWritten = mayHaveBeenWritten;
        this.aboutTheEvents = aboutTheEvents;
    }

    /** Nothing was written, whatever the events. */
    static WriteFailure notWritten(String code, String problem, @Nullable Throwable cause) {
        return new WriteFailure(code, problem, false, false, cause);
    }

    /** The database refused the events or their queue, and may take others. */
    static WriteFailure refused(String code, String problem, Throwable cause) {
        return new WriteFailure(code, problem, false, true, cause);
    }

    /** The commit was sent, and its answer never came. */
    static WriteFailure unknown(String problem, @Nullable Throwable cause) {
        return new WriteFailure("TASKER-Q105", problem, true, false, cause);
    }

    boolean mayHaveBeenWritten() {
        return mayHaveBeenWritten;
    }

    /** Whether some of the events may be to blame rather than all. */
    boolean isAboutTheEvents() {
        return aboutTheEvents;
    }

    /** The exception for one caller, with the stack trace of the thread that asks. */
    PublishException of(QueueName queue) {
        return new PublishException(
                code, "cannot publish to '" + queue + "': " + problem, mayHaveBeenWritten, getCause());
    }
}
