package tasker.events.pgmq;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Write a group of submissions in one transaction, again where that cannot make a duplicate and may succeed, until the
 * last of their deadlines.
 *
 * <p>What was withdrawn before the commit is not written. Safe for use by many threads, each with its own group.
 */
final class Committer {
    private static final long SHORTAGE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Database database;
    private final EventWriter writer;
    private final Duration timeout;
    private final Duration statementTimeout;
    private volatile @Nullable Shortage shortage;

    /** The last time that the server had no room or memory for a write. */
    private record Shortage(String reason, long nanoTime) {}

    Committer(Database database, EventWriter writer, PgmqSettings settings) {
        this.database = database;
        this.writer = writer;
        timeout = settings.publishTimeout();
        statementTimeout = settings.statementTimeout();
    }

    /** Tell that a submission was withdrawn while its group was written. */
    private static final class WithdrawnException extends SQLException {
        private static final long serialVersionUID = 1L;

        private WithdrawnException() {
            super("a submission was withdrawn");
        }
    }

    /**
     * Commit what has not been withdrawn of a group, all of it.
     *
     * @throws WriteFailure when it was not, or may not have been, written
     */
    void commit(List<Submission> group) throws WriteFailure, InterruptedException {
        Backoff backoff = database.backoff();
        while (true) {
            List<Submission> live = new ArrayList<>(group.size());
            List<Outgoing> outgoing = new ArrayList<>(group.size());
            long deadline = gather(group, live, outgoing);
            if (live.isEmpty()) {
                return;
            }
            try {
                database.transact(deadline, writing(live, outgoing));
                if (shortage != null) {
                    shortage = null;
                }
                return;
            } catch (NoConnectionException e) {
                throw noConnection(e);
            } catch (TransactionException e) {
                if (e.effect() != TransactionException.Effect.UNKNOWN) {
                    live.forEach(Submission::cancelCommit);
                }
                if (e.failure() instanceof WithdrawnException) {
                    continue;
                }
                if (SqlStates.isShortOfResources(e.failure())) {
                    shortage = new Shortage(e.reason(), System.nanoTime());
                }
                prepareRetry(e, outgoing, deadline);
                // Cut short by the server, a statement keeps its connection; cut short by the caller, it loses it.
                long needed = backoff.millis() + (SqlStates.isTimedOut(e.failure()) ? statementTimeout.toMillis() : 0);
                if (TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()) <= needed) {
                    throw WriteFailure.notWritten(
                            "TASKER-Q102",
                            "the database refused until time ran out (pgmq.publish-timeout-ms): " + e.reason(),
                            e);
                }
                backoff.pause();
            }
        }
    }

    /**
     * Why the server has no room for what is written; empty when it took something since, or nothing was written for so
     * long that nobody knows.
     */
    Optional<String> shortage() {
        Shortage last = shortage;
        return last == null || System.nanoTime() - last.nanoTime() > SHORTAGE_NANOS
                ? Optional.empty()
                : Optional.of(last.reason());
    }

    /** Collect what has not been withdrawn, and say when its last deadline is. */
    private static long gather(List<Submission> group, List<Submission> live, List<Outgoing> outgoing) {
        long deadline = 0;
        for (Submission submission : group) {
            @Nullable Outgoing out = submission.outgoing();
            if (out != null) {
                if (live.isEmpty() || submission.deadline() - deadline > 0) {
                    deadline = submission.deadline();
                }
                live.add(submission);
                outgoing.add(out);
            }
        }
        return deadline;
    }

    private Transaction<Integer> writing(List<Submission> live, List<Outgoing> outgoing) {
        return new Transaction<>(
                connection -> {
                    writer.write(connection, outgoing);
                    return outgoing.size();
                },
                () -> beginCommit(live),
                EventWriter.isForOneQueue(outgoing) && endsBeforeTheDeadlines(live));
    }

    /**
     * Whether the server gives up on a statement that starts now before the first caller does, so that one that waits
     * for a lock ends with the proof that nothing was written.
     */
    private boolean endsBeforeTheDeadlines(List<Submission> live) {
        return live.getFirst().deadline() - System.nanoTime() > statementTimeout.toNanos();
    }

    private static void beginCommit(List<Submission> live) throws WithdrawnException {
        for (Submission submission : live) {
            if (!submission.beginCommit()) {
                throw new WithdrawnException();
            }
        }
    }

    /** Throw unless another attempt may succeed and cannot make a duplicate. */
    private void prepareRetry(TransactionException e, List<Outgoing> outgoing, long deadline)
            throws WriteFailure, InterruptedException {
        switch (e.effect()) {
            case UNKNOWN -> throw WriteFailure.unknown("the connection was lost during the commit: " + e.reason(), e);
            case LOST ->
                throw WriteFailure.notWritten(
                        "TASKER-Q101", "connections were lost until time ran out: " + e.reason(), e);
            case REFUSED -> {
                if (SqlStates.isMissing(e.failure())) {
                    makeQueues(e, outgoing, deadline);
                } else if (SqlStates.isAboutTheValue(e.failure())) {
                    throw WriteFailure.refused(
                            "TASKER-Q103",
                            "the database refuses what the event holds, and a retry will not help: " + e.reason(),
                            e);
                } else if (SqlStates.isForbidden(e.failure())) {
                    throw WriteFailure.queueRefused(
                            "the database refuses the account, and a retry will not help: " + e.reason(), e);
                } else if (!SqlStates.isTemporary(e.failure())) {
                    throw WriteFailure.refused(
                            "TASKER-Q102", "the database refused, and a retry will not help: " + e.reason(), e);
                }
            }
        }
    }

    /** Make the queues that are missing: those of other namespaces at their first use, and those that were dropped. */
    private void makeQueues(TransactionException missing, List<Outgoing> outgoing, long deadline)
            throws WriteFailure, InterruptedException {
        Set<QueueName> queues = new LinkedHashSet<>();
        outgoing.forEach(out -> queues.add(out.queue()));
        try {
            for (QueueName queue : queues) {
                ensure(queue, deadline);
            }
        } catch (NoConnectionException e) {
            throw noConnection(e);
        } catch (TransactionException e) {
            if (e.effect() == TransactionException.Effect.REFUSED && !SqlStates.isTemporary(e.failure())) {
                throw WriteFailure.queueRefused("the missing queue could not be made: " + e.reason(), e);
            }
            // The next write finds out whether the queue is there, and tries to make it again if not.
            missing.addSuppressed(e);
        }
    }

    /** Make a queue where it is missing. */
    void ensure(QueueName queue, long deadline)
            throws NoConnectionException, TransactionException, InterruptedException {
        database.transact(deadline, connection -> Queues.ensure(connection, queue));
    }

    private WriteFailure noConnection(NoConnectionException e) {
        return database.isClosed()
                ? WriteFailure.notWritten("TASKER-Q106", "the transport is closed", e)
                : WriteFailure.notWritten(
                        "TASKER-Q101",
                        "no connection within " + timeout.toMillis() + " ms (pgmq.publish-timeout-ms): "
                                + e.getMessage(),
                        e);
    }
}
