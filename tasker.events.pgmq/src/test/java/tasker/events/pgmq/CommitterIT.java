package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.PublishOptions;

/** What is known about a group whose statement waits for a lock when its callers' time runs out. */
class CommitterIT {
    private static final QueueName QUEUE = QueueName.events("orders");

    private static void commit(Committer committer, int seconds) throws Exception {
        Outgoing outgoing = new Encoder("orders", QUEUE)
                .encode(List.of(DomainEvent.of("order.created", Map.of("id", 1), "orders")), PublishOptions.defaults());
        long now = System.nanoTime();
        committer.commit(
                List.of(Submission.ofWritingCaller(outgoing, now, now + TimeUnit.SECONDS.toNanos(seconds), 0)));
    }

    @Test
    void whatMayWaitLongerThanItsCallersDoesNotCommitItself() throws Exception {
        DatabaseSettings address = TestServer.newDatabase();
        TestWorker worker = new TestWorker(address, "orders").with("pool-size", "1");
        TestWorker.start(worker).close();
        PgmqSettings settings = PgmqSettings.read(worker.settings());
        Target target = Target.of(address);
        Connector connector = new Connector(() -> address, target, settings, "worker-1");
        try (Database database = new Database(connector, target, settings, Duration.ofDays(1));
                Connection other = TestServer.connect(address)) {
            Committer committer = new Committer(database, new EventWriter(true), settings);
            // From the second on each would commit itself on this connection.
            commit(committer, 60);
            other.setAutoCommit(false);
            try (Statement statement = other.createStatement()) {
                statement.execute("LOCK TABLE " + QUEUE.table());
            }

            WriteFailure failure = catchThrowableOfType(WriteFailure.class, () -> commit(committer, 2));

            assertThat(failure.mayHaveBeenWritten()).isFalse();
            other.rollback();
            commit(committer, 60);
            commit(committer, 60);
        }
        assertThat(TestServer.query(address, "SELECT count(*) FROM " + QUEUE.table()))
                .containsExactly("3");
    }
}
