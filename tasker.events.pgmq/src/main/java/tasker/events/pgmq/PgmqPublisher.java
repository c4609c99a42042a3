package tasker.events.pgmq;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.DomainEvent;
import tasker.events.api.PublishException;
import tasker.events.api.spi.DurableEventPublisher;
import tasker.events.api.spi.PublishOptions;

/**
 * Publish events by committing them to event queues, those of concurrent callers together; safe for use by many
 * threads.
 *
 * <p>A caller that is alone writes its events itself, at the price of a plain insert, unless it is a virtual thread: a
 * reply of the server wakes those later than the hand-over to a writer and back takes. All others join the line, from
 * which a few writers take whatever waits and commit it as one group. Every call returns or throws within the publish
 * time-out. What certainly was not written is tried again until then; what may have been written is reported at once,
 * because only the caller knows whether a duplicate is better than a gap.
 */
final class PgmqPublisher implements DurableEventPublisher {
    private static final Logger LOG = LoggerFactory.getLogger(PgmqPublisher.class);

    private final QueueName queue;
    private final Encoder encoder;
    private final Duration timeout;
    private final PgmqMeters meters;
    private final Committer committer;
    private final Settlement settlement;
    private final WaitingLine line;
    private final List<GroupWriter> writers = new ArrayList<>();
    private final Deadlines deadlines;
    private final int bufferLength;
    private final Semaphore buffer;
    private final int asyncInFlight;
    private final Semaphore inFlight;
    private final AtomicLong calls = new AtomicLong();
    private final CountDownLatch idle = new CountDownLatch(1);
    private volatile boolean accepting = true;
    private volatile boolean closed;

    PgmqPublisher(
            Committer committer,
            QueueName queue,
            Encoder encoder,
            PgmqSettings settings,
            PgmqMeters meters,
            Arrivals arrivals,
            Database database) {
        this.queue = queue;
        this.encoder = encoder;
        this.timeout = settings.publishTimeout();
        this.meters = meters;
        this.committer = committer;
        this.settlement = new Settlement(meters, arrivals, queue, this::release, submission -> exit());
        this.asyncInFlight = settings.asyncInFlight();
        this.inFlight = new Semaphore(asyncInFlight, true);
        this.bufferLength = settings.publishBufferLength();
        this.buffer = new Semaphore(bufferLength, true);
        this.line = new WaitingLine(settings.publishWriters());
        for (int i = 1; i <= settings.publishWriters(); i++) {
            GroupWriter writer = new GroupWriter(line, committer, settlement, meters);
            writers.add(writer);
            // Platform threads: a reply wakes them directly, and no callers on virtual threads keep them waiting.
            Thread.ofPlatform().daemon().name("tasker-pgmq-writer-" + i).start(writer);
        }
        this.deadlines = new Deadlines(line, writers, settlement, database, timeout.toMillis());
        Thread.ofPlatform().daemon().name("tasker-pgmq-deadlines").start(deadlines);
    }

    @Override
    public void publish(DomainEvent event, PublishOptions options) {
        publishAll(List.of(event), options);
    }

    @Override
    public void publishAll(List<DomainEvent> events, PublishOptions options) {
        if (events.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        boolean alone = enter(events.size()) == 1;
        try {
            Outgoing outgoing = encode(events, options);
            int charge = reserve(outgoing, start);
            long deadline = start + timeout.toNanos();
            if (alone && !Thread.currentThread().isVirtual()) {
                write(Submission.ofWritingCaller(outgoing, start, deadline, charge));
            } else {
                await(Submission.ofWaitingCaller(outgoing, start, deadline, charge));
            }
        } finally {
            exit();
        }
    }

    @Override
    public CompletableFuture<Void> publishAsync(DomainEvent event, PublishOptions options) {
        long start = System.nanoTime();
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean joined = false;
        try {
            enter(1);
            try {
                Outgoing outgoing = encode(List.of(event), options);
                acquire(
                        inFlight,
                        1,
                        outgoing,
                        start,
                        "all " + asyncInFlight + " asynchronous publishes" + " (pgmq.async-in-flight) were under way");
                int charge;
                try {
                    charge = reserve(outgoing, start);
                    joined = true;
                } finally {
                    if (!joined) {
                        inFlight.release();
                    }
                }
                join(Submission.ofFuture(outgoing, start, start + timeout.toNanos(), charge, done));
            } finally {
                if (!joined) {
                    exit();
                }
            }
        } catch (PublishException e) {
            done.completeExceptionally(e);
        }
        return done;
    }

    /** Write on the calling thread. */
    private void write(Submission submission) {
        List<Submission> group = List.of(submission);
        try {
            committer.commit(group);
            settlement.written(group);
        } catch (WriteFailure e) {
            settlement.failed(group, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            settlement.failed(group, interrupted(e));
        } catch (RuntimeException | Error e) {
            settlement.failed(group, WriteFailure.unknown("writing failed with " + e, e));
            throw e;
        }
        throwFailure(submission);
    }

    /** Let a writer write, and wait for the end. */
    private void await(Submission submission) {
        join(submission);
        boolean interrupted = false;
        while (submission.await()) {
            interrupted = true;
            settlement.withdrawn(List.of(submission), interrupted(null));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        throwFailure(submission);
    }

    private void join(Submission submission) {
        line.join(submission);
        if (closed) {
            // The writers may be gone; whoever closed looked for those that wait after it had set the flag.
            settlement.withdrawn(List.of(submission), closed());
        }
    }

    private static void throwFailure(Submission submission) {
        WriteFailure failure = submission.failure();
        if (failure != null) {
            throw failure.of(submission.queue());
        }
    }

    private Outgoing encode(List<DomainEvent> events, PublishOptions options) {
        try {
            return encoder.encode(events, options);
        } catch (PublishException e) {
            meters.failed(events.size(), false);
            throw e;
        }
    }

    /** Reserve room in the buffer, which is given back when the submission has ended. */
    private int reserve(Outgoing outgoing, long start) {
        long size = outgoing.length() + (long) Encoder.OVERHEAD * outgoing.size();
        int charge = Math.toIntExact(Math.min(size, bufferLength));
        acquire(buffer, charge, outgoing, start, "the buffer of events that wait (pgmq.publish-buffer-mb) was full");
        return charge;
    }

    private void release(Submission submission) {
        buffer.release(Math.toIntExact(submission.charge()));
        if (submission.isAsynchronous()) {
            inFlight.release();
        }
    }

    private void acquire(Semaphore semaphore, int permits, Outgoing outgoing, long start, String problem) {
        try {
            // The timed form alone keeps the order of those that wait.
            if (semaphore.tryAcquire(permits, start + timeout.toNanos() - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            meters.failed(outgoing.size(), false);
            throw interrupted(e).of(outgoing.queue());
        }
        meters.failed(outgoing.size(), false);
        throw WriteFailure.notWritten(
                        "TASKER-Q101", problem + " for " + timeout.toMillis() + " ms (pgmq.publish-timeout-ms)", null)
                .of(outgoing.queue());
    }

    private static WriteFailure interrupted(@Nullable InterruptedException cause) {
        return WriteFailure.notWritten("TASKER-Q107", "the publishing thread was interrupted", cause);
    }

    /** Count a call in, and say how many there are now. */
    private long enter(int events) {
        long now = calls.incrementAndGet();
        if (!accepting) {
            exit();
            meters.failed(events, false);
            throw closed().of(queue);
        }
        return now;
    }

    private void exit() {
        if (calls.decrementAndGet() == 0 && !accepting) {
            idle.countDown();
        }
    }

    private static WriteFailure closed() {
        return WriteFailure.notWritten("TASKER-Q106", "the transport is closed", null);
    }

    /** How many calls wait for a writer, among them some that were withdrawn. */
    int waiting() {
        return line.length();
    }

    /**
     * Take no more events, and wait until what was taken is committed or has failed, which takes no longer than the
     * publish time-out.
     */
    void drain() throws InterruptedException {
        accepting = false;
        if (calls.get() == 0) {
            idle.countDown();
        }
        if (!idle.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
            LOG.warn("event=pgmq_drain_timed_out queue={} publishing={}", queue, calls.get());
        }
    }

    /**
     * End the threads; what still waits is not written, and what is being written when the database closes is cut off.
     */
    void close() {
        accepting = false;
        closed = true;
        List<Submission> waiting = new ArrayList<>();
        line.waiting().forEach(waiting::add);
        settlement.withdrawn(waiting, closed());
        line.close();
        deadlines.close();
    }
}
