package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tasker.events.api.spi.DatabaseSettings;

/** What becomes of a connection that is in use while the pool closes. */
class DatabaseIT {
    @Test
    void aConnectionThatIsGivenBackToAClosedPoolFailsAsATransactionAlone() {
        DatabaseSettings address = TestServer.newDatabase();
        Target target = Target.of(address);
        PgmqSettings settings = PgmqSettings.read(new TestWorker(address, "orders").settings());
        Database database = new Database(new Connector(address, target, settings, "worker-1"), target, settings);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);

        assertThatThrownBy(() -> database.transact(deadline, connection -> closeUnder(connection, database)))
                .isInstanceOf(TransactionException.class)
                .hasNoSuppressedExceptions();
    }

    private static boolean closeUnder(Connection connection, Database database) throws SQLException {
        // Without something to roll back the pool does not notice that the connection is gone.
        connection.commit();
        database.close();
        return true;
    }
}
