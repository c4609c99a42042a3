package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.jdbc.PgConnection;
import tasker.events.pgmq.TransactionException.Effect;

/** Who decides over a connection when its end and its deadline meet. */
class LeaseIT {
    private final ScheduledThreadPoolExecutor watchdog = new ScheduledThreadPoolExecutor(1);
    private final List<Boolean> lostAtTheEnd = new ArrayList<>();
    private Connection connection;
    private Lease lease;

    @BeforeEach
    void begin() throws SQLException {
        connection = TestServer.connect(TestServer.settings("postgres"));
        lease = lease(false);
    }

    private Lease lease(boolean fresh) throws SQLException {
        return new Lease(
                connection,
                connection.unwrap(PgConnection.class),
                watchdog,
                TimeUnit.HOURS.toNanos(1),
                fresh,
                ended -> lostAtTheEnd.add(ended.isLost()));
    }

    @AfterEach
    void end() throws SQLException {
        watchdog.shutdownNow();
        connection.close();
    }

    @Test
    void aConnectionThatWasGivenBackIsNotCutOff() throws Exception {
        lease.close();

        lease.cutOff();

        assertThat(lostAtTheEnd).containsExactly(false);
        assertThat(connection.isValid(10)).isTrue();
    }

    @Test
    void aConnectionThatWasCutOffIsLostAtOnce() throws Exception {
        lease.cutOff();

        lease.close();

        assertThat(lostAtTheEnd).containsExactly(true);
        Until.isTrue("the socket is closed", connection::isClosed);
    }

    private static boolean execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }

    private static Transaction<Boolean> single(String sql) {
        return new Transaction<>(on -> execute(on, sql), () -> {}, true);
    }

    private Effect effect(Lease of, Transaction<?> transaction) {
        return catchThrowableOfType(TransactionException.class, () -> of.transact(transaction))
                .effect();
    }

    @Test
    void aConnectionThatIsLostWhileAStatementCommitsItselfLeavesTheOutcomeOpen() throws Exception {
        assertThat(effect(lease(true), single("SELECT pg_terminate_backend(pg_backend_pid())")))
                .isEqualTo(Effect.UNKNOWN);
    }

    @Test
    void aConnectionThatIsLostBeforeTheCommitProvesThatNothingWasDone() throws Exception {
        assertThat(effect(lease, single("SELECT pg_terminate_backend(pg_backend_pid())")))
                .isEqualTo(Effect.LOST);
    }

    @Test
    void anErrorThatTheServerAnswersProvesThatNothingWasDone() throws Exception {
        assertThat(effect(lease(true), single("SELECT 1 / 0"))).isEqualTo(Effect.REFUSED);
        assertThat(connection.isValid(10)).isTrue();
    }

    @Test
    void whatCommitsItselfIsCommittedWhateverTheConnectionWasUsedForBefore() throws Exception {
        String table = "lease_" + ProcessHandle.current().pid();
        execute(connection, "CREATE TABLE " + table + " (id int)");
        connection.setAutoCommit(false);

        lease(true).transact(single("INSERT INTO " + table + " VALUES (1)"));

        assertThat(TestServer.query(TestServer.settings("postgres"), "SELECT count(*) FROM " + table))
                .containsExactly("1");
        execute(connection, "DROP TABLE " + table);
    }

    @Test
    void whatIsStoppedBeforeItsCommitIsNotDone() throws Exception {
        execute(connection, "CREATE TEMPORARY TABLE done (id int)");
        Transaction<Boolean> stopped = new Transaction<>(
                on -> execute(on, "INSERT INTO done VALUES (1)"),
                () -> {
                    throw new SQLException("stopped");
                },
                true);

        assertThat(effect(lease(true), stopped)).isEqualTo(Effect.REFUSED);

        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT FROM done")) {
            assertThat(rows.next()).isFalse();
        }
    }
}
