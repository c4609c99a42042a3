package tasker.events.pgmq;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.DeliveryPath;
import tasker.events.api.DomainEvent;
import tasker.events.api.PublishException;
import tasker.events.api.spi.DomainEventPublisher;

/**
 * Publish events by committing them to the worker's event queue; safe for use by many threads.
 *
 * <p>Every call returns or throws within the publish time-out. What certainly was not written is tried again until
 * then; what may have been written is reported at once, because only the caller knows whether a duplicate is better
 * than a gap.
 */
final class PgmqPublisher implements DomainEventPublisher {
    /** The most characters of JSON in one call: what the server must hold in memory several times over. */
    static final long MAX_BATCH_LENGTH = 64L * 1_024 * 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(PgmqPublisher.class);

    private final Database database;
    private final QueueName queue;
    private final EventWriter writer;
    private final String namespace;
    private final Duration timeout;
    private final Duration statementTimeout;
    private final PgmqMeters meters;
    private final Arrivals arrivals;
    private final int asyncInFlight;
    private final Semaphore inFlight;
    private final ThreadFactory threads =
            Thread.ofVirtual().name("tasker-pgmq-publish-", 1).factory();
    private final AtomicLong calls = new AtomicLong();
    private final CountDownLatch idle = new CountDownLatch(1);
    private volatile boolean accepting = true;

    PgmqPublisher(
            Database database,
            QueueName queue,
            String namespace,
            PgmqSettings settings,
            PgmqMeters meters,
            Arrivals arrivals) {
        this.database = database;
        this.queue = queue;
        this.writer = new EventWriter(queue);
        this.namespace = namespace;
        this.timeout = settings.publishTimeout();
        this.statementTimeout = settings.statementTimeout();
        this.meters = meters;
        this.arrivals = arrivals;
        this.asyncInFlight = settings.asyncInFlight();
        this.inFlight = new Semaphore(asyncInFlight, true);
    }

    @Override
    public DeliveryPath path() {
        return DeliveryPath.DURABLE;
    }

    @Override
    public void publish(DomainEvent event) {
        publishAll(List.of(event));
    }

    @Override
    public void publishAll(List<DomainEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        enter(events.size());
        try {
            commit(events, System.nanoTime() + timeout.toNanos());
        } finally {
            exit();
        }
    }

    @Override
    public CompletableFuture<Void> publishAsync(DomainEvent event) {
        long deadline = System.nanoTime() + timeout.toNanos();
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            enter(1);
        } catch (PublishException e) {
            done.completeExceptionally(e);
            return done;
        }
        try {
            if (!inFlight.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                exit();
                meters.failed(1, false);
                done.completeExceptionally(refused(
                        "TASKER-Q101",
                        "all " + asyncInFlight + " asynchronous publishes (pgmq.async-in-flight) were under way for "
                                + timeout.toMillis() + " ms (pgmq.publish-timeout-ms)",
                        null));
                return done;
            }
        } catch (InterruptedException e) {
            exit();
            done.completeExceptionally(interrupted(1, e));
            return done;
        }
        Thread publishing = threads.newThread(() -> {
            try {
                commit(List.of(event), deadline);
                done.complete(null);
            } catch (Throwable failure) {
                done.completeExceptionally(failure);
            } finally {
                inFlight.release();
                exit();
            }
        });
        try {
            publishing.start();
        } catch (Throwable failure) {
            inFlight.release();
            exit();
            throw failure;
        }
        return done;
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

    private void enter(int events) {
        calls.incrementAndGet();
        if (!accepting) {
            exit();
            meters.failed(events, false);
            throw refused("TASKER-Q106", "the transport is closed", null);
        }
    }

    private void exit() {
        if (calls.decrementAndGet() == 0 && !accepting) {
            idle.countDown();
        }
    }

    private void commit(List<DomainEvent> events, long deadline) {
        long start = System.nanoTime();
        try {
            write(encode(events), deadline);
        } catch (PublishException e) {
            meters.failed(events.size(), e.mayHaveBeenWritten());
            throw e;
        } catch (InterruptedException e) {
            throw interrupted(events.size(), e);
        }
        meters.published(events.size(), System.nanoTime() - start);
        arrivals.announce();
    }

    private PublishException interrupted(int events, InterruptedException cause) {
        Thread.currentThread().interrupt();
        meters.failed(events, false);
        return refused("TASKER-Q107", "the publishing thread was interrupted", cause);
    }

    private List<EventMessage> encode(List<DomainEvent> events) {
        List<EventMessage> messages =
                events.stream().map(event -> EventMessage.of(event, namespace)).toList();
        long length = messages.stream().mapToLong(EventMessage::length).sum();
        if (length > MAX_BATCH_LENGTH) {
            throw refused(
                    "TASKER-Q104",
                    events.size() + " events make " + length + " characters of JSON; at most " + MAX_BATCH_LENGTH
                            + " fit into one call: publish them in several",
                    null);
        }
        return messages;
    }

    private void write(List<EventMessage> messages, long deadline) throws InterruptedException {
        Backoff backoff = database.backoff();
        while (true) {
            try {
                database.transact(deadline, connection -> writer.write(connection, messages));
                return;
            } catch (NoConnectionException e) {
                throw noConnection(e);
            } catch (TransactionException e) {
                prepareRetry(e, deadline);
                // Cut short by the server, a statement keeps its connection; cut short by the caller, it loses it.
                long needed = SqlStates.isTimedOut(e.failure()) ? statementTimeout.toMillis() : backoff.millis();
                if (TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()) <= needed) {
                    throw failed("TASKER-Q102", "until time ran out (pgmq.publish-timeout-ms)", e);
                }
            }
            backoff.pause();
        }
    }

    /** Throw unless another attempt may succeed and cannot make a duplicate. */
    private void prepareRetry(TransactionException e, long deadline) throws InterruptedException {
        switch (e.effect()) {
            case UNKNOWN -> throw failed("TASKER-Q105", "because the connection was lost during the commit", e);
            case LOST -> throw failed("TASKER-Q101", "because connections were lost until time ran out", e);
            case REFUSED -> {
                if (SqlStates.isMissing(e.failure())) {
                    makeQueueAgain(e, deadline);
                } else if (SqlStates.isAboutTheValue(e.failure())) {
                    throw failed("TASKER-Q103", "because of what the event holds; a retry will not help", e);
                } else if (!SqlStates.isTemporary(e.failure())) {
                    throw failed("TASKER-Q102", "and a retry will not help", e);
                }
            }
        }
    }

    private void makeQueueAgain(TransactionException missing, long deadline) throws InterruptedException {
        try {
            database.transact(deadline, connection -> Queues.ensure(connection, queue));
        } catch (NoConnectionException e) {
            throw noConnection(e);
        } catch (TransactionException e) {
            if (e.effect() == TransactionException.Effect.REFUSED && !SqlStates.isTemporary(e.failure())) {
                throw refused("TASKER-Q102", "the missing queue could not be made again: " + e.reason(), e);
            }
            // The next write finds out whether the queue is there, and tries to make it again if not.
            missing.addSuppressed(e);
        }
    }

    private PublishException noConnection(NoConnectionException e) {
        return refused(
                accepting ? "TASKER-Q101" : "TASKER-Q106",
                "no connection within " + timeout.toMillis() + " ms (pgmq.publish-timeout-ms): " + e.getMessage(),
                e);
    }

    private PublishException refused(String code, String problem, @Nullable Throwable cause) {
        return new PublishException(code, "cannot publish to '" + queue + "': " + problem, false, cause);
    }

    private PublishException failed(String code, String how, TransactionException cause) {
        return new PublishException(
                code,
                "publishing to '" + queue + "' failed " + how + ": " + cause.reason(),
                cause.effect() == TransactionException.Effect.UNKNOWN,
                cause);
    }
}
