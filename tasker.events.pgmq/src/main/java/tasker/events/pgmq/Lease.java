package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.postgresql.jdbc.PgConnection;
import tasker.events.pgmq.TransactionException.Effect;

/**
 * Hold one connection of the pool for one transaction, until a deadline.
 *
 * <p>Reads end at the deadline because the socket's time-out does; a write that a hung server does not take is ended a
 * little later by the pool's watchdog, which closes the socket. For use by one thread, beside the watchdog's.
 */
final class Lease implements AutoCloseable {
    private final Connection connection;
    private final PgConnection driver;
    private final Consumer<Lease> giveBack;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private final Future<?> watch;
    private final boolean fresh;
    private boolean proven;

    /** Who decides over the connection: once it was given back, it is another lease's. */
    private enum State {
        OPEN,
        RETURNED,
        ABORTED
    }

    /**
     * Begin a lease.
     *
     * @param watchdog cuts the connection off after so many nanoseconds
     * @param fresh whether a single statement succeeded on the connection a moment ago
     * @param giveBack takes the lease at its end
     * @throws java.util.concurrent.RejectedExecutionException when the watchdog is shut down
     */
    Lease(
            Connection connection,
            PgConnection driver,
            ScheduledExecutorService watchdog,
            long nanos,
            boolean fresh,
            Consumer<Lease> giveBack) {
        this.connection = connection;
        this.driver = driver;
        this.giveBack = giveBack;
        this.fresh = fresh;
        this.watch = watchdog.schedule(this::cutOff, nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Run a transaction.
     *
     * <p>The commit is a message of its own: only so does a failure before it prove that nothing was done, be it a dead
     * connection, a server that hangs or one that is killed while it works. A single statement commits itself, in one
     * round trip less, where another one succeeded on the connection a moment ago: a connection that was cut while
     * nobody used it is still found before any commit, and what is lost are the proofs about the statements that were
     * under way just then.
     */
    <T> T transact(Transaction<T> transaction) throws TransactionException {
        boolean commitsItself = fresh && transaction.single();
        boolean committing = false;
        try {
            // Either way it is said, whatever the connection was used for before.
            connection.setAutoCommit(commitsItself);
            if (commitsItself) {
                transaction.beforeCommit().run();
                committing = true;
            }
            T result = transaction.work().run(connection);
            if (!commitsItself) {
                transaction.beforeCommit().run();
                committing = true;
                connection.commit();
            }
            proven = transaction.single();
            return result;
        } catch (SQLException e) {
            throw new TransactionException(e, effect(e, committing));
        }
    }

    /**
     * Run one statement, or several that are sent together, which commit themselves in the same round trip. Until the
     * answer is there, nobody knows whether they are done.
     */
    <T> T commitAtOnce(Database.Work<T> work) throws TransactionException {
        try {
            connection.setAutoCommit(true);
            return work.run(connection);
        } catch (SQLException e) {
            throw new TransactionException(e, isLost() ? Effect.UNKNOWN : Effect.REFUSED);
        }
    }

    /** After a refusal the connection works on; what a server says when it ends a connection proves nothing. */
    private Effect effect(SQLException failure, boolean committing) {
        if (isLost()) {
            return committing ? Effect.UNKNOWN : Effect.LOST;
        }
        return committing && !SqlStates.serverAnswered(failure) ? Effect.UNKNOWN : Effect.REFUSED;
    }

    PgConnection driver() {
        return driver;
    }

    /** Whether a single statement succeeded. */
    boolean isProven() {
        return proven;
    }

    Connection connection() {
        return connection;
    }

    /** Whether the connection is gone, or about to be: an abort takes effect a moment later. */
    boolean isLost() {
        try {
            return state.get() == State.ABORTED || driver.isClosed();
        } catch (SQLException ignored) {
            return true;
        }
    }

    /** Close the socket under whoever uses it, unless the connection was given back. */
    void cutOff() {
        if (state.compareAndSet(State.OPEN, State.ABORTED)) {
            try {
                driver.abort(Thread::startVirtualThread);
            } catch (SQLException ignored) {
                // It is closed already.
            }
        }
    }

    /** Give the connection back, rolled back where it was not committed, or throw it away when it is lost. */
    @Override
    public void close() {
        state.compareAndSet(State.OPEN, State.RETURNED);
        watch.cancel(false);
        giveBack.accept(this);
    }
}
