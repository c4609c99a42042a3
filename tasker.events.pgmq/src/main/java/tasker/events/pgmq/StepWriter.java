package tasker.events.pgmq;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tasker.events.api.ResultRefusedException;
import tasker.events.api.TaskerException;

/**
 * Settle groups of steps, each in one transaction: delete the messages that are still ours, write their results, and
 * their events.
 *
 * <p>A commit whose answer was lost is looked up by its transaction's id when a step of it is settled again, which is
 * exact even when its result was consumed meanwhile. For use by one thread at a time, but {@link #isSettled}.
 */
final class StepWriter {
    private final Operations operations;
    private final StepQueues queues;
    private final StepSettling settling;
    private final EventWriter writer;
    private final PgmqMeters meters;
    private final Wakeups wakeups;
    /** The transactions that may have settled these. */
    private final Map<Fence, Long> uncertain = new ConcurrentHashMap<>();

    StepWriter(
            Operations operations,
            StepQueues queues,
            ReadSettlement settlement,
            EventWriter writer,
            PgmqMeters meters,
            Wakeups wakeups) {
        this.operations = operations;
        this.queues = queues;
        settling = new StepSettling(queues, settlement, writer);
        this.writer = writer;
        this.meters = meters;
        this.wakeups = wakeups;
    }

    /** How far a transaction has come. */
    private static final class Progress {
        private Set<Long> ours = Set.of();
        private long transaction;
        private boolean atEvents;
    }

    /** Whether an earlier try, whose answer was lost, has settled this. */
    boolean isSettled(Fence fence) {
        Long transaction = uncertain.get(fence);
        if (transaction == null) {
            return false;
        }
        Optional<String> status = operations.run("look up a settlement of '" + queues.steps() + "'", connection -> {
            try (PreparedStatement statement = connection.prepareStatement("SELECT txid_status(?::bigint)")) {
                statement.setLong(1, transaction);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return Optional.ofNullable(row.getString(1));
                }
            }
        });
        if (status.equals(Optional.of("in progress"))) {
            throw new TaskerException(
                    "TASKER-Q110", "cannot tell yet whether a step of '" + queues.steps() + "' was settled");
        }
        uncertain.remove(fence);
        return status.equals(Optional.of("committed"));
    }

    /** Settle a group, and end each of it. */
    void write(List<StepEnding> group) {
        write(group, true);
    }

    private void write(List<StepEnding> group, boolean mayMend) {
        Progress progress = new Progress();
        long begin = System.nanoTime();
        try {
            Set<Long> done = operations.run(
                    "settle steps of '" + queues.steps() + "'", connection -> write(connection, group, progress));
            written(group, done, System.nanoTime() - begin);
        } catch (TaskerException e) {
            failed(group, progress, e, mayMend);
        }
    }

    private Set<Long> write(Connection connection, List<StepEnding> group, Progress progress) throws SQLException {
        progress.atEvents = false;
        StepSettling.Settled settled = settling.settle(connection, group);
        progress.ours = settled.ours();
        progress.transaction = settled.transaction();
        List<Outgoing> events = new ArrayList<>();
        for (StepEnding each : group) {
            if (progress.ours.contains(each.fence().messageId())) {
                each.events().ifPresent(events::add);
            }
        }
        if (!events.isEmpty()) {
            progress.atEvents = true;
            writer.write(connection, events);
        }
        return progress.ours;
    }

    private void written(List<StepEnding> group, Set<Long> done, long nanos) {
        int events = 0;
        for (StepEnding each : group) {
            boolean settled = done.contains(each.fence().messageId());
            events += settled ? each.eventCount() : 0;
            each.end(settled);
        }
        meters.stepsSettled(done.size(), group.size() - done.size());
        if (events > 0) {
            meters.published(events, nanos);
            wakeups.of(queues.events()).announce();
        }
        if (!done.isEmpty()) {
            wakeups.of(queues.results()).announce();
        }
    }

    private void failed(List<StepEnding> group, Progress progress, TaskerException e, boolean mayMend) {
        if (!(e.getCause() instanceof TransactionException failure)) {
            group.forEach(each -> each.fail(e));
            return;
        }
        boolean refused = failure.effect() == TransactionException.Effect.REFUSED;
        boolean missing = SqlStates.isMissing(failure.failure());
        boolean forGood = refused && !missing && !SqlStates.isTemporary(failure.failure());
        if (failure.effect() == TransactionException.Effect.UNKNOWN) {
            unknown(group, progress, e);
        } else if (refused && missing && mayMend) {
            mend(group, e);
        } else if (forGood && group.size() > 1) {
            // One of them is to blame, and must not cost the others.
            group.forEach(each -> write(List.of(each), mayMend));
        } else if (forGood && progress.atEvents) {
            TaskerException refusal = WriteFailure.refused("TASKER-Q103", failure.reason(), failure)
                    .of(queues.events());
            group.forEach(each -> each.fail(refusal));
        } else if (forGood && SqlStates.isAboutTheValue(failure.failure())) {
            ResultRefusedException refusal = new ResultRefusedException(
                    "the database refuses the step's result for '" + queues.results() + "': " + failure.reason(),
                    failure);
            group.forEach(each -> each.fail(refusal));
        } else {
            group.forEach(each -> each.fail(e));
        }
    }

    private void unknown(List<StepEnding> group, Progress progress, TaskerException e) {
        for (StepEnding each : group) {
            if (progress.ours.contains(each.fence().messageId())) {
                uncertain.put(each.fence(), progress.transaction);
                each.fail(e);
            } else {
                each.end(false);
            }
        }
    }

    private void mend(List<StepEnding> group, TaskerException missing) {
        try {
            operations.run("make the queues of steps again", queues::ensure);
        } catch (TaskerException e) {
            missing.addSuppressed(e);
            group.forEach(each -> each.fail(missing));
            return;
        }
        write(group, false);
    }
}
