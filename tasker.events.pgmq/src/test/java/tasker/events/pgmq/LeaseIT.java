package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.jdbc.PgConnection;

/** Who decides over a connection when its end and its deadline meet. */
class LeaseIT {
    private final ScheduledThreadPoolExecutor watchdog = new ScheduledThreadPoolExecutor(1);
    private final List<Boolean> lostAtTheEnd = new ArrayList<>();
    private Connection connection;
    private Lease lease;

    @BeforeEach
    void begin() throws SQLException {
        connection = TestServer.connect(TestServer.settings("postgres"));
        lease = new Lease(
                connection,
                connection.unwrap(PgConnection.class),
                watchdog,
                TimeUnit.HOURS.toNanos(1),
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
}
