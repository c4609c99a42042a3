package tasker.events.pgmq;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;
import tasker.events.pgmq.TransactionException.Effect;

/**
 * Lend connections of one pool, each for one operation, within the operation's deadline.
 *
 * <p>Callers queue in the order they came, at a semaphore of the pool's size; the pool itself is then only ever waited
 * for when a connection must be opened. Safe for use by many threads.
 */
final class Database implements AutoCloseable {
    /** The shortest wait that HikariCP allows. */
    private static final long SLICE_MILLIS = 250;

    /** The most that one look into the pool takes: the slice, and the check of a connection that was idle. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(3 * SLICE_MILLIS);

    /** How long after its deadline an operation that still hangs loses its connection. */
    private static final long WATCHDOG_GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A connection on which a single statement succeeded so recently is taken for alive. */
    private static final Duration FRESH = Duration.ofMillis(1);

    private static final long TICK_MILLIS = 250;

    /** A server that answered this recently is there, whatever a single call has met. */
    private static final long LATELY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Connector connector;
    private final Target target;
    private final HikariDataSource pool;
    private final HikariPoolMXBean figures;
    private final int size;
    private final Semaphore permits;
    private final ScheduledThreadPoolExecutor watchdog;
    private final long freshNanos;
    /** When a single statement last succeeded on each connection. */
    private final Map<PgConnection, Long> proofs = Collections.synchronizedMap(new WeakHashMap<>());

    private volatile long lastAnswer = System.nanoTime();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean closed;

    Database(Connector connector, Target target, PgmqSettings settings) {
        this(connector, target, settings, FRESH);
    }

    /**
     * Make a pool.
     *
     * @param fresh for how long after a single statement succeeded on a connection the next one there commits itself
     */
    Database(Connector connector, Target target, PgmqSettings settings, Duration fresh) {
        freshNanos = fresh.toNanos();
        this.connector = connector;
        this.target = target;
        size = settings.poolSize();
        permits = new Semaphore(size, true);
        watchdog = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("tasker-pgmq-watchdog").factory());
        watchdog.setRemoveOnCancelPolicy(true);
        // Something that is due earlier than any lease: a lease that came first would wake the thread, which costs more
        // than all the rest of the lease.
        Future<?> ignored = watchdog.scheduleWithFixedDelay(() -> {}, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        HikariConfig config = new HikariConfig();
        config.setPoolName("tasker-pgmq");
        config.setDataSource(connector);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(SLICE_MILLIS);
        config.setValidationTimeout(SLICE_MILLIS);
        // With a query of its own the pool keeps to the validation time-out, which isValid rounds up to a second.
        config.setConnectionTestQuery("SELECT 1");
        config.setInitializationFailTimeout(-1);
        // Each lease finds out for itself whether its connection is lost; the pool would log every stack trace.
        config.setExceptionOverride(new NeverEvict());
        pool = new HikariDataSource(config);
        figures = pool.getHikariPoolMXBean();
    }

    /** Describe the pool at this moment. */
    record Figures(int size, int active, int idle, int waiting) {}

    Figures figures() {
        int inUse = size - permits.availablePermits();
        return new Figures(size, inUse, closed ? 0 : figures.getIdleConnections(), permits.getQueueLength());
    }

    /** Whether it was closed. */
    boolean isClosed() {
        return closed;
    }

    /** Whether the server has answered somebody within the last seconds, or this was made within them. */
    boolean isAnsweredLately() {
        return nanosSinceAnswer() < LATELY_NANOS;
    }

    private long nanosSinceAnswer() {
        return System.nanoTime() - lastAnswer;
    }

    /**
     * Whether the server has answered nobody for most of this time: what still came at its beginning proves nothing.
     */
    boolean isSilent(long nanos) {
        return nanosSinceAnswer() > nanos / 2;
    }

    /** How long the server has been silent, in words. */
    String silence() {
        long millis = TimeUnit.NANOSECONDS.toMillis(nanosSinceAnswer());
        return "no answer from " + target.host() + " for " + (millis < 1_000 ? millis + " ms" : millis / 1_000 + " s");
    }

    /** Do something on a connection, without ending its transaction. */
    @FunctionalInterface
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /**
     * Run work in one transaction; again, on another connection, as often as the connection is lost before the commit
     * and time is left.
     *
     * @param deadline by {@link System#nanoTime()}
     * @throws NoConnectionException when there was no connection in time, or this was closed: nothing was done
     * @throws TransactionException when the work failed, with what is known about its effect
     */
    <T> T transact(long deadline, Work<T> work)
            throws NoConnectionException, TransactionException, InterruptedException {
        return transact(deadline, Transaction.of(work));
    }

    /** Run a transaction, as {@link #transact(long, Work)} does. */
    <T> T transact(long deadline, Transaction<T> transaction)
            throws NoConnectionException, TransactionException, InterruptedException {
        return attempt(deadline, lease -> lease.transact(transaction), Set.of(Effect.LOST));
    }

    /**
     * Run what may be done twice and commits itself: one round trip, where a transaction takes two. Again, on another
     * connection, as often as the connection is lost and time is left.
     *
     * @param work one statement, or several that are sent together
     * @param deadline by {@link System#nanoTime()}
     * @throws NoConnectionException when there was no connection in time, or this was closed
     * @throws TransactionException when the work failed; what was lost may have been done
     */
    <T> T repeat(long deadline, Work<T> work) throws NoConnectionException, TransactionException, InterruptedException {
        return attempt(deadline, lease -> lease.commitAtOnce(work), Set.of(Effect.LOST, Effect.UNKNOWN));
    }

    /** Use a lease for one attempt. */
    @FunctionalInterface
    private interface Attempt<T> {
        T run(Lease lease) throws TransactionException;
    }

    private <T> T attempt(long deadline, Attempt<T> attempt, Set<Effect> again)
            throws NoConnectionException, TransactionException, InterruptedException {
        Backoff backoff = backoff();
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            try (Lease lease = lease(deadline)) {
                return attempt.run(lease);
            } catch (TransactionException e) {
                if (SqlStates.isReadOnly(e.failure())) {
                    renew();
                }
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (!again.contains(e.effect()) || left <= backoff.millis()) {
                    throw e;
                }
            }
            backoff.pause();
        }
    }

    /**
     * Open the connections anew. One that was opened while its server took no writes may refuse them for as long as it
     * lives, even when the server, or the one that is now at its address, takes them again.
     */
    void renew() {
        figures.softEvictConnections();
    }

    /** Pauses that end when this is closed. */
    Backoff backoff() {
        return new Backoff(closing);
    }

    private Lease lease(long deadline) throws NoConnectionException, InterruptedException {
        long began = System.nanoTime();
        if (!permits.tryAcquire(deadline - began, TimeUnit.NANOSECONDS)) {
            // A larger pool helps where the server answers others meanwhile, and only there.
            String problem = isSilent(System.nanoTime() - began)
                    ? silence()
                    : "all " + size + " connections of the pool were in use all the time (pgmq.pool-size)";
            throw new NoConnectionException(problem, true, null);
        }
        boolean leased = false;
        try {
            Lease lease = open(deadline);
            leased = true;
            return lease;
        } finally {
            if (!leased) {
                permits.release();
            }
        }
    }

    private Lease open(long deadline) throws NoConnectionException, InterruptedException {
        @Nullable Exception last = null;
        while (!closed) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || (left < LOOK_NANOS && figures.getIdleConnections() == 0)) {
                throw unreachable(last);
            }
            try {
                return prepare(pool.getConnection(), deadline);
            } catch (SQLException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                last = e;
            } catch (RejectedExecutionException e) {
                // Closing shuts the watchdog down, and nothing else does.
                last = e;
                break;
            }
        }
        throw new NoConnectionException("the transport is closed", false, last);
    }

    /** Make a lease of a connection, which is the pool's again whatever goes wrong. */
    private Lease prepare(Connection connection, long deadline) throws SQLException {
        try {
            connection.setNetworkTimeout(Runnable::run, millisUntil(deadline));
            PgConnection driver = connection.unwrap(PgConnection.class);
            long left = deadline - System.nanoTime();
            @Nullable Long proof = proofs.get(driver);
            boolean fresh = proof != null && System.nanoTime() - proof < freshNanos;
            return new Lease(connection, driver, watchdog, left + WATCHDOG_GRACE_NANOS, fresh, this::giveBack);
        } catch (Throwable failure) {
            try {
                discard(connection);
            } catch (Throwable second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }

    /** At least one, because 0 would mean no time-out at all. */
    private static int millisUntil(long deadline) {
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        return Math.toIntExact(Math.max(1, millis));
    }

    private NoConnectionException unreachable(@Nullable Exception last) {
        return connector
                .lastFailure()
                .map(failure -> new NoConnectionException(
                        String.valueOf(DatabaseErrors.of(failure, target).getMessage()), false, failure))
                // Nothing failed: a connection takes its time to open, which on a busy machine it may.
                .orElseGet(() -> new NoConnectionException(
                        "no connection to " + target.host() + " was free or opened in time"
                                + (isAnsweredLately() ? "" : ", and " + silence()),
                        true,
                        last));
    }

    private void giveBack(Lease lease) {
        try {
            if (lease.isLost()) {
                discard(lease.connection());
                return;
            }
            long now = System.nanoTime();
            lastAnswer = now;
            if (lease.isProven()) {
                proofs.put(lease.driver(), now);
            }
            // The pool rolls back what was not committed.
            lease.connection().close();
        } catch (SQLException ignored) {
            // The connection is broken, and the pool has noticed.
        } catch (RuntimeException e) {
            // A pool that closes takes the connections in use away, and then fails to take them back.
            if (!closed) {
                throw e;
            }
        } finally {
            permits.release();
        }
    }

    /** Drop a dead connection, and with it every other one of its time: what ended one has likely ended all. */
    private void discard(Connection connection) throws SQLException {
        if (closed) {
            connection.close();
        } else {
            pool.evictConnection(connection);
            figures.softEvictConnections();
        }
    }

    /** Close every connection; what is in use is cut off. */
    @Override
    public void close() {
        closed = true;
        closing.countDown();
        connector.close();
        pool.close();
        watchdog.shutdownNow();
    }
}
