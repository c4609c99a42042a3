package tasker.events.pgmq;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Write what waits in the line, group after group, on a thread of its own.
 *
 * <p>A group is one transaction. When the database refuses it because of what is in it, its halves are tried, until the
 * one that is to blame fails alone; because of a queue, what is for each queue is tried. Safe for use by many threads.
 */
final class GroupWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupWriter.class);

    private final WaitingLine line;
    private final Committer committer;
    private final Settlement settlement;
    private final PgmqMeters meters;
    private volatile List<Submission> current = List.of();

    GroupWriter(WaitingLine line, Committer committer, Settlement settlement, PgmqMeters meters) {
        this.line = line;
        this.committer = committer;
        this.settlement = settlement;
        this.meters = meters;
    }

    /** What it is writing, some of which may have ended. */
    List<Submission> current() {
        return current;
    }

    @Override
    public void run() {
        while (line.next(group -> current = group)) {
            try {
                meters.group();
                write(current);
            } catch (RuntimeException | Error e) {
                // Nobody starts another writer for those who are still to come.
                LOG.error("event=pgmq_writer_failed events={}", current.size(), e);
            } finally {
                line.ended(current.size());
                current = List.of();
            }
        }
    }

    /** Write a group; whatever happens, everything in it has ended afterwards. */
    private void write(List<Submission> group) {
        try {
            committer.commit(group);
            settlement.written(group);
        } catch (WriteFailure e) {
            Collection<List<Submission>> parts = parts(group, e.blame());
            if (parts.size() > 1) {
                parts.forEach(this::write);
            } else {
                settlement.failed(group, e);
            }
        } catch (InterruptedException e) {
            settlement.failed(group, WriteFailure.notWritten("TASKER-Q107", "the writing thread was interrupted", e));
        } catch (RuntimeException | Error e) {
            LOG.error("event=pgmq_writer_failed events={}", group.size(), e);
            settlement.failed(group, WriteFailure.unknown("writing failed with " + e, e));
        }
    }

    private static Collection<List<Submission>> parts(List<Submission> group, WriteFailure.Blame blame) {
        return switch (blame) {
            case NEITHER -> List.of(group);
            case QUEUE ->
                group.stream()
                        .collect(Collectors.groupingBy(Submission::queue, LinkedHashMap::new, Collectors.toList()))
                        .values();
            case EVENTS -> halves(group);
        };
    }

    private static List<List<Submission>> halves(List<Submission> group) {
        int half = group.size() / 2;
        return half == 0 ? List.of(group) : List.of(group.subList(0, half), group.subList(half, group.size()));
    }
}
