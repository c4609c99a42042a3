package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tasker.events.api.HealthStatus;
import tasker.events.api.spi.DatabaseSettings;

/** What becomes of a connection that is in use while the pool closes, and of those who wait for one. */
class DatabaseIT {
    @Test
    void aConnectionThatIsGivenBackToAClosedPoolFailsAsATransactionAlone() {
        DatabaseSettings address = TestServer.newDatabase();
        Target target = Target.of(address);
        PgmqSettings settings = PgmqSettings.read(new TestWorker(address, "orders").settings());
        Database database = new Database(new Connector(() -> address, target, settings, "worker-1"), target, settings);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);

        assertThatThrownBy(() -> database.transact(deadline, connection -> closeUnder(connection, database)))
                .isInstanceOf(TransactionException.class)
                .hasNoSuppressedExceptions();
    }

    private static Database open(DatabaseSettings address) {
        return open(address, Duration.ofMillis(1));
    }

    private static Database open(DatabaseSettings address, Duration fresh) {
        return open(address, fresh, 1);
    }

    private static Database open(DatabaseSettings address, Duration fresh, int size) {
        Target target = Target.of(address);
        PgmqSettings settings = PgmqSettings.read(new TestWorker(address, "orders")
                .with("pool-size", Integer.toString(size))
                .settings());
        return new Database(new Connector(() -> address, target, settings, "worker-1"), target, settings, fresh);
    }

    private static long in(int seconds) {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    /** Hold a connection until this is released. */
    private static boolean hold(CountDownLatch begun, CountDownLatch release) {
        begun.countDown();
        try {
            return release.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoWaitsInVainForAPoolIsToldOfItsSizeOnlyWhereTheServerAnswersOthers() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch release = new CountDownLatch(1);
        try (Database database = open(TestServer.newDatabase());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = threads.submit(() -> database.transact(in(60), c -> hold(begun, release)));
            Until.isTrue("the connection is in use", () -> begun.getCount() == 1);
            assertThatThrownBy(() -> database.transact(in(1), c -> true))
                    .isInstanceOf(NoConnectionException.class)
                    .hasMessageMatching("no answer from localhost:\\d+ for \\d+ (ms|s)");

            CountDownLatch releaseSecond = new CountDownLatch(1);
            Future<?> second = threads.submit(() -> database.transact(in(60), c -> hold(begun, releaseSecond)));
            Until.isTrue("the second waits", () -> database.figures().waiting() == 1);
            // The answer to the first comes while this one waits, well after the half of its time.
            long deadline = in(20);
            Future<Exception> third = threads.submit(() -> {
                try {
                    database.transact(deadline, c -> true);
                    return new IllegalStateException("it had a connection");
                } catch (NoConnectionException e) {
                    return e;
                }
            });
            Until.isTrue("the third waits", () -> database.figures().waiting() == 2);
            Until.isTrue(
                    "more than half of its time is over",
                    () -> deadline - System.nanoTime() < TimeUnit.SECONDS.toNanos(9));
            release.countDown();
            assertThat(third.get(60, TimeUnit.SECONDS)).hasMessageContaining("pgmq.pool-size");
            releaseSecond.countDown();
            second.get(60, TimeUnit.SECONDS);
            first.get(60, TimeUnit.SECONDS);
        }
    }

    /** The server's first process stands still: who has a connection is answered, and nobody gets another one. */
    @Test
    void aConnectionThatDoesNotOpenInTimeIsNoFailureOfTheServer() throws Exception {
        DatabaseSettings address = TestServer.newDatabase();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicReference<@Nullable NoConnectionException> told = new AtomicReference<>();
        try (Database database = open(address, Duration.ofMillis(1), 2);
                Connection other = TestServer.connect(address);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = threads.submit(() -> database.transact(in(60), c -> hold(begun, release)));
            begun.await();
            TestServer.signal("STOP", List.of());
            try {
                Until.isTrue("no connection is left but that in use", () -> {
                    endIdle(other);
                    try {
                        database.transact(in(2), c -> true);
                    } catch (NoConnectionException e) {
                        told.set(e);
                    } catch (TransactionException ignored) {
                        // It was on the connection that has just been ended.
                    }
                    return told.get() != null;
                });
            } finally {
                TestServer.signal("CONT", List.of());
                release.countDown();
            }
            assertThat(told.get())
                    .hasMessageContaining("was free or opened in time")
                    .matches(e -> e.isBusy());
            first.get(60, TimeUnit.SECONDS);
        }
    }

    private static void endIdle(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND application_name LIKE 'tasker/%' AND state = 'idle'");
        }
    }

    @Test
    void aBusyPoolIsDegradedWhereTheServerAnswersAndUnhealthyWhereItDoesNot() {
        NoConnectionException busy = new NoConnectionException("busy", true, null);
        NoConnectionException failed = new NoConnectionException("refused", false, null);

        assertThat(PgmqHealth.withoutConnection(busy, true, Map.of()).status()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(PgmqHealth.withoutConnection(busy, false, Map.of()).status()).isEqualTo(HealthStatus.UNHEALTHY);
        assertThat(PgmqHealth.withoutConnection(failed, true, Map.of()).status())
                .isEqualTo(HealthStatus.UNHEALTHY);
    }

    @Test
    void aSingleStatementCommitsItselfOnlyWhereAnotherOneSucceededAMomentAgo() throws Exception {
        Database.Work<Boolean> work = Connection::getAutoCommit;
        Transaction<Boolean> single = new Transaction<>(work, () -> {}, true);
        DatabaseSettings address = TestServer.newDatabase();
        try (Database database = open(address, Duration.ofDays(1))) {
            database.transact(in(60), work);
            assertThat(database.transact(in(60), single)).isFalse();
            assertThat(database.transact(in(60), single)).isTrue();
            assertThat(database.transact(in(60), work)).isFalse();
            assertThatThrownBy(() -> database.transact(in(60), new Transaction<>(DatabaseIT::cut, () -> {}, true)))
                    .isInstanceOf(TransactionException.class);
            assertThat(database.transact(in(60), single))
                    .as("on another connection")
                    .isFalse();
        }
        try (Database database = open(address, Duration.ZERO)) {
            assertThat(database.transact(in(60), single)).isFalse();
            assertThat(database.transact(in(60), single)).isFalse();
        }
    }

    /** Let the server end the connection. */
    private static boolean cut(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute("SELECT pg_terminate_backend(pg_backend_pid())");
        }
    }

    private static boolean closeUnder(Connection connection, Database database) throws SQLException {
        // Without something to roll back the pool does not notice that the connection is gone.
        connection.commit();
        database.close();
        return true;
    }
}
