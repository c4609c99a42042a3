package tasker.events.pgmq;

import java.sql.SQLException;

/**
 * Describe what is done in one transaction; as immutable as its parts.
 *
 * @param work does it, without ending the transaction
 * @param beforeCommit runs when all that is left is to commit; when it throws, nothing is committed
 * @param single whether the work is one statement, which may then commit itself
 */
record Transaction<T>(Database.Work<T> work, BeforeCommit beforeCommit, boolean single) {
    /** A transaction that nothing else is known about. */
    static <T> Transaction<T> of(Database.Work<T> work) {
        return new Transaction<>(work, () -> {}, false);
    }

    /** Do something before the commit is sent. */
    @FunctionalInterface
    interface BeforeCommit {
        void run() throws SQLException;
    }
}
