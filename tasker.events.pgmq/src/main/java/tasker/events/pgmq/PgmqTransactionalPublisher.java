package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tasker.events.api.DomainEvent;
import tasker.events.api.PublishException;
import tasker.events.api.spi.PublishOptions;
import tasker.events.api.spi.TransactionalEventPublisher;

/**
 * Write events in callers' transactions; safe for use by many threads, each with a connection of its own.
 *
 * <p>No savepoint protects the transaction from a failed write: it would cost every publish two more round trips, and a
 * caller whose event cannot be written has nothing left to commit. The one failure that could be mended, a queue that
 * is missing, is prevented instead, on a connection of the transport's own, because a queue made in the caller's
 * transaction would be locked against all others until its end.
 */
final class PgmqTransactionalPublisher implements TransactionalEventPublisher {
    private final Encoder encoder;
    private final EventWriter writer;
    private final Committer committer;
    private final Duration timeout;
    private final PgmqMeters meters;
    /** Queues that are there, as far as this process knows. */
    private final Set<QueueName> known = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    PgmqTransactionalPublisher(
            Encoder encoder, EventWriter writer, Committer committer, Duration timeout, PgmqMeters meters) {
        this.encoder = encoder;
        this.writer = writer;
        this.committer = committer;
        this.timeout = timeout;
        this.meters = meters;
    }

    @Override
    public void publishAll(Connection connection, List<DomainEvent> events, PublishOptions options) {
        if (events.isEmpty()) {
            return;
        }
        try {
            Outgoing outgoing = encoder.encode(events, options);
            @Nullable WriteFailure failure = write(connection, outgoing);
            if (failure != null) {
                throw failure.of(outgoing.queue());
            }
        } catch (PublishException e) {
            meters.failed(events.size(), false);
            throw e;
        }
        meters.transactional(events.size());
    }

    private @Nullable WriteFailure write(Connection connection, Outgoing outgoing) {
        if (closed) {
            return WriteFailure.notWritten("TASKER-Q106", "the transport is closed", null);
        }
        try {
            if (connection.getAutoCommit()) {
                return WriteFailure.notWritten(
                        "TASKER-Q131",
                        "the connection commits each statement by itself, so that the event would belong to no"
                                + " transaction: call setAutoCommit(false), or publish without a connection",
                        null);
            }
            ensureQueue(outgoing.queue());
            writer.write(connection, List.of(outgoing));
            return null;
        } catch (SQLException e) {
            return refused(e, outgoing.queue());
        } catch (WriteFailure e) {
            return e;
        }
    }

    private void ensureQueue(QueueName queue) throws WriteFailure {
        if (known.contains(queue)) {
            return;
        }
        try {
            committer.ensure(queue, System.nanoTime() + timeout.toNanos());
            known.add(queue);
        } catch (NoConnectionException e) {
            throw WriteFailure.notWritten(
                    "TASKER-Q101", "cannot find out whether the queue exists: " + e.getMessage(), e);
        } catch (TransactionException e) {
            throw WriteFailure.notWritten("TASKER-Q102", "the missing queue could not be made: " + e.reason(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw WriteFailure.notWritten("TASKER-Q107", "the publishing thread was interrupted", e);
        }
    }

    /** Nothing that fails here can have been written: only the caller's commit could have done that. */
    private WriteFailure refused(SQLException e, QueueName queue) {
        String reason = DatabaseErrors.oneLine(e) + " (SQLSTATE " + SqlStates.state(e) + ")";
        if (SqlStates.isMissing(e)) {
            known.remove(queue);
            return WriteFailure.notWritten(
                    "TASKER-Q133",
                    "the connection's database has no such queue: " + reason + "; connect to the worker's database"
                            + " (database.url), or, if the queue was dropped, try again in a new transaction",
                    e);
        }
        if (SqlStates.isAboutTheValue(e)) {
            return WriteFailure.notWritten(
                    "TASKER-Q103", "the database refuses what the event holds: " + reason + "; roll back", e);
        }
        return WriteFailure.notWritten(
                "TASKER-Q132", "the connection's transaction cannot take it: " + reason + "; roll back", e);
    }

    /** Refuse to publish from now on. */
    void close() {
        closed = true;
    }
}
