package tasker.events.pgmq;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * End submissions, count them, and wake their callers.
 *
 * <p>A virtual thread apart completes futures: what hangs on one is the callers' own code, which may block, and a
 * writer must not wait for it. It also wakes those callers of a group that are virtual threads themselves, which costs
 * it less than the writer, a platform thread; the others do not depend on whether a virtual thread finds a processor.
 * Safe for use by many threads.
 */
final class Settlement {
    /** So few callers are woken sooner without a thread between. */
    private static final int FEW = 4;

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
        List<Submission> ended = new ArrayList<>(group.size());
        try {
            for (Submission submission : group) {
                if (submission.endWritten()) {
                    ended.add(submission);
                    meters.published(submission.events(), now - submission.start());
                    arrived |= submission.queue().equals(watched);
                    release.accept(submission);
                }
            }
        } finally {
            tell(ended);
        }
        if (arrived) {
            arrivals.announce();
        }
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
        List<Submission> ended = new ArrayList<>();
        try {
            for (Submission submission : group) {
                if (ending.test(submission)) {
                    ended.add(submission);
                    meters.failed(submission.events(), failure.mayHaveBeenWritten());
                    release.accept(submission);
                }
            }
        } finally {
            tell(ended);
        }
    }

    /** Let callers know the end. */
    private void tell(List<Submission> ended) {
        List<Submission> sleepers = new ArrayList<>();
        List<Submission> futures = new ArrayList<>();
        for (Submission submission : ended) {
            if (submission.isAsynchronous()) {
                futures.add(submission);
            } else if (submission.hasVirtualCaller() && ended.size() > FEW) {
                sleepers.add(submission);
            } else {
                submission.wake();
            }
        }
        if (!sleepers.isEmpty() || !futures.isEmpty()) {
            Thread.ofVirtual().name("tasker-pgmq-published").start(() -> tell(sleepers, futures));
        }
    }

    private void tell(List<Submission> sleepers, List<Submission> futures) {
        sleepers.forEach(Submission::wake);
        for (Submission submission : futures) {
            try {
                submission.completeFuture();
            } finally {
                leave.accept(submission);
            }
        }
    }
}
