package tasker.events.pgmq;

import java.time.Duration;
import tasker.events.api.TaskerException;

/** Run everything but publishing on the database, each within the query time-out; safe for use by many threads. */
final class Operations {
    private final Database database;
    private final Duration timeout;

    Operations(Database database, Duration timeout) {
        this.database = database;
        this.timeout = timeout;
    }

    /**
     * Run one operation; an interrupt ends it and stays set.
     *
     * @param what what is done, for the error: "cannot" precedes it
     * @throws TaskerException when it fails
     */
    <T> T run(String what, Database.Work<T> work) {
        try {
            return runInterruptibly(what, work);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TaskerException("TASKER-Q107", "cannot " + what + ": the thread was interrupted", e);
        }
    }

    /** Run one operation, which an interrupt ends. */
    <T> T runInterruptibly(String what, Database.Work<T> work) throws InterruptedException {
        return attempt(what, deadline -> database.transact(deadline, work));
    }

    /**
     * Run what may be done twice, which an interrupt ends: {@link Database#repeat}.
     *
     * @param what what is done, for the error: "cannot" precedes it
     * @throws TaskerException when it fails
     */
    <T> T repeat(String what, Database.Work<T> work) throws InterruptedException {
        return attempt(what, deadline -> database.repeat(deadline, work));
    }

    /** Use the database until a deadline. */
    @FunctionalInterface
    private interface Attempt<T> {
        T run(long deadline) throws NoConnectionException, TransactionException, InterruptedException;
    }

    private <T> T attempt(String what, Attempt<T> attempt) throws InterruptedException {
        try {
            return attempt.run(System.nanoTime() + timeout.toNanos());
        } catch (NoConnectionException e) {
            throw new TaskerException(
                    "TASKER-Q110",
                    "cannot " + what + " within " + timeout.toMillis() + " ms (pgmq.query-timeout-ms): "
                            + e.getMessage(),
                    e);
        } catch (TransactionException e) {
            if (Thread.interrupted()) {
                // The interrupt closed the virtual thread's socket.
                throw new InterruptedException();
            }
            throw failed(what, e);
        }
    }

    private static TaskerException failed(String what, TransactionException e) {
        if (SqlStates.isMissing(e.failure())) {
            return new TaskerException(
                    "TASKER-Q113",
                    "cannot " + what + ": " + e.reason()
                            + "; there is no such queue, or no more: it is made when a worker of its namespace starts,"
                            + " or by pgmq.create()",
                    e);
        }
        return switch (e.effect()) {
            case REFUSED -> new TaskerException("TASKER-Q111", "cannot " + what + ": " + e.reason(), e);
            case LOST ->
                new TaskerException(
                        "TASKER-Q110",
                        "cannot " + what + ": the connection was lost, nothing was done: " + e.reason(),
                        e);
            case UNKNOWN ->
                new TaskerException("TASKER-Q110", "cannot tell whether it was done: " + what + ": " + e.reason(), e);
        };
    }
}
