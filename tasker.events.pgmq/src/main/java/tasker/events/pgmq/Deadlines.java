package tasker.events.pgmq;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * End submissions whose time has run out, whatever their writers do, on a thread of its own.
 *
 * <p>It sleeps until the oldest deadline there is, or for as long as a submission may take: none that comes meanwhile
 * has an earlier one.
 */
final class Deadlines implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

    private final WaitingLine line;
    private final List<GroupWriter> writers;
    private final Settlement settlement;
    private final Database database;
    private final long timeoutMillis;
    private final CountDownLatch over = new CountDownLatch(1);

    Deadlines(
            WaitingLine line, List<GroupWriter> writers, Settlement settlement, Database database, long timeoutMillis) {
        this.line = line;
        this.writers = List.copyOf(writers);
        this.settlement = settlement;
        this.database = database;
        this.timeoutMillis = timeoutMillis;
    }

    @Override
    public void run() {
        long pause = 0;
        try {
            while (!over.await(pause, TimeUnit.NANOSECONDS)) {
                try {
                    pause = endOverdue(System.nanoTime());
                } catch (RuntimeException | Error e) {
                    pause = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
                    LOG.error("event=pgmq_deadlines_failed", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** End the thread. */
    void close() {
        over.countDown();
    }

    /** End what is overdue, and say how many nanoseconds it is to the next deadline. */
    private long endOverdue(long now) {
        long next = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        List<Submission> waiting = new ArrayList<>();
        for (Submission submission : line.waiting()) {
            long left = submission.deadline() - now;
            if (left > 0) {
                next = Math.min(next, left);
                // Those behind came later; the little that their order may differ from that of their deadlines is a
                // matter of microseconds.
                break;
            }
            waiting.add(submission);
        }
        List<Submission> taken = new ArrayList<>();
        for (GroupWriter writer : writers) {
            for (Submission submission : writer.current()) {
                long left = submission.deadline() - now;
                if (left > 0) {
                    next = Math.min(next, left);
                } else {
                    taken.add(submission);
                }
            }
        }
        end(waiting, taken);
        return next;
    }

    private void end(List<Submission> waiting, List<Submission> taken) {
        if (!waiting.isEmpty()) {
            settlement.withdrawn(
                    waiting,
                    WriteFailure.notWritten("TASKER-Q101", whyNotTaken() + " (pgmq.publish-timeout-ms)", null));
        }
        if (!taken.isEmpty()) {
            settlement.withdrawn(
                    taken,
                    WriteFailure.notWritten(
                            "TASKER-Q101",
                            "the database did not take it within " + timeoutMillis + " ms (pgmq.publish-timeout-ms)",
                            null));
            settlement.failed(
                    taken,
                    WriteFailure.unknown(
                            "the commit was not answered within " + timeoutMillis + " ms (pgmq.publish-timeout-ms)",
                            null));
        }
    }

    /** More writers help where the server answers those that there are. */
    private String whyNotTaken() {
        return database.isSilent(TimeUnit.MILLISECONDS.toNanos(timeoutMillis))
                ? database.silence() + ", and " + timeoutMillis + " ms were over"
                : "all writers (pgmq.publish-writers) were busy for " + timeoutMillis + " ms";
    }
}
