package tasker.events.pgmq;

import org.jspecify.annotations.Nullable;

/** Report that the pool had no connection in time: nothing was sent to the database. */
final class NoConnectionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean busy;

    NoConnectionException(String message, boolean busy, @Nullable Throwable cause) {
        super(message, cause);
        this.busy = busy;
    }

    /**
     * Whether no connection was free or opened in time, but none failed: alone that says nothing about the database.
     */
    boolean isBusy() {
        return busy;
    }
}
