package tasker.events.pgmq;

import java.sql.SQLException;

/** Report a transaction that failed, and what is known about its effect. */
final class TransactionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final SQLException failure;
    private final Effect effect;

    /** What became of the work. */
    enum Effect {
        /** The server refused it and rolled it back; the same may happen again. */
        REFUSED,
        /** The connection was lost before the commit was sent: the server rolled it back, or will. */
        LOST,
        /** The connection was lost after the commit was sent: it may be done or not. */
        UNKNOWN
    }

    TransactionException(SQLException failure, Effect effect) {
        super(failure);
        this.failure = failure;
        this.effect = effect;
    }

    SQLException failure() {
        return failure;
    }

    Effect effect() {
        return effect;
    }

    /** The reason in one line, with its SQLSTATE. */
    String reason() {
        return DatabaseErrors.oneLine(failure) + " (SQLSTATE " + SqlStates.state(failure) + ")";
    }
}
