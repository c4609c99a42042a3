package tasker.events.pgmq;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * End submissions, count them, and complete their futures on a thread apart: what hangs on a future is the callers' own
 * code, which may block, and a writer must not wait for it. Safe for use by many threads.
 */
final class Settlement {
    private final PgmqMeters meters;
    private final Arrivals arrivals;
    private final QueueName watched;
    private final Consumer<Submission> release;
    private final Consumer<Submission> leave;

    /**
     * Make a settlement.
     *
     * @param arrivals told of what was written to the queue that is watched
     * @param release called once for each submission when it has ended
     * @param leave called once for each asynchronous submission when its future is complete
     */
    Settlement(
            PgmqMeters meters,
            Arrivals arrivals,
            QueueName watched,
            Consumer<Submission> release,
            Consumer<Submission> leave) {
        this.meters = meters;
        this.arrivals = arrivals;
        this.watched = watched;
        this.release = release;
        this.leave = leave;
    }

    /** End those of a group that have not ended as written. */
    void written(List<Submission> group) {
        long now = System.nanoTime();
        boolean arrived = false;
        List<Submission> futures = new ArrayList<>();
        for (Submission submission : group) {
            if (submission.endWritten()) {
                meters.published(submission.events(), now - submission.start());
                arrived |= submission.queue().equals(watched);
                ended(submission, futures);
            }
        }
        if (arrived) {
            arrivals.announce();
        }
        complete(futures);
    }

    /** End those that have not ended as failed. */
    void failed(Collection<Submission> group, WriteFailure failure) {
        end(group, failure, submission -> submission.endFailed(failure));
    }

    /** Withdraw those that have neither ended nor are being committed. */
    void withdrawn(Collection<Submission> group, WriteFailure failure) {
        end(group, failure, submission -> submission.withdraw(failure));
    }

    private void end(Collection<Submission> group, WriteFailure failure, Predicate<Submission> ending) {
        List<Submission> futures = new ArrayList<>();
        for (Submission submission : group) {
            if (ending.test(submission)) {
                meters.failed(submission.events(), failure.mayHaveBeenWritten());
                ended(submission, futures);
            }
        }
        complete(futures);
    }

    private void ended(Submission submission, List<Submission> futures) {
        release.accept(submission);
        if (submission.isAsynchronous()) {
            futures.add(submission);
        }
    }

    private void complete(List<Submission> futures) {
        if (futures.isEmpty()) {
            return;
        }
        Thread.ofVirtual().name("tasker-pgmq-published").start(() -> {
            for (Submission submission : futures) {
                try {
                    submission.completeFuture();
                } finally {
                    leave.accept(submission);
                }
            }
        });
    }
}
