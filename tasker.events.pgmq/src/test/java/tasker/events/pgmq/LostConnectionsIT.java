package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.PublishException;

/** Connections that are lost while idle, before a commit, and during one. */
class LostConnectionsIT extends TransportFixture {
    @Test
    void connectionsThatWereCutWhileIdleFailNoPublish() throws Exception {
        restart("publish-timeout-ms", "60000", "query-timeout-ms", "60000");
        for (int i = 0; i < 5; i++) {
            List<DomainEvent> events = List.of(event(), event());
            try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int caller = 0; caller < 8; caller++) {
                    callers.execute(() -> transport.publisher().publishAll(events));
                }
            }
            cutConnections();

            transport.publisher().publish(event());
        }
        assertThat(TestServer.query(database, COUNT)).containsExactly("85");
        assertThat(worker.counted("tasker_pgmq_published_total")).isEqualTo(85);
    }

    /** Make every publish wait within its statement, or within its commit, for a lock that a test holds. */
    private void holdUp(String trigger, String timing) {
        TestServer.sql(database, """
                CREATE FUNCTION public.hold_up() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN PERFORM pg_advisory_xact_lock(42); RETURN NEW; END';
                CREATE %s ON pgmq.q_orders_domain_events %s FOR EACH ROW EXECUTE FUNCTION public.hold_up()
                """.formatted(trigger, timing));
    }

    private FutureTask<Void> publishAndCutWhileItWaits(Connection other, int times) throws Exception {
        try (Statement statement = other.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(42)");
        }
        FutureTask<Void> publishing = new FutureTask<>(() -> {
            transport.publisher().publish(event());
            return null;
        });
        Thread.startVirtualThread(publishing);
        for (int i = 0; i < times; i++) {
            Until.isTrue(
                    "the server works on it",
                    () -> TestServer.query(
                                    database,
                                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                            .equals(List.of("1")));
            cutConnections();
        }
        try (Statement statement = other.createStatement()) {
            statement.execute("SELECT pg_advisory_unlock(42)");
        }
        return publishing;
    }

    @Test
    void connectionsLostBeforeTheCommitAreTriedAgainUntilTheBoundAndWriteOnce() throws Exception {
        restart("publish-timeout-ms", "120000", "query-timeout-ms", "120000");
        holdUp("TRIGGER hold_up BEFORE INSERT", "");
        try (Connection other = TestServer.connect(database)) {
            publishAndCutWhileItWaits(other, 5).get(120, TimeUnit.SECONDS);
        }
        assertThat(TestServer.query(database, COUNT)).containsExactly("1");
    }

    @Test
    void aConnectionLostDuringTheCommitLeavesTheOutcomeOpen() throws Exception {
        restart("publish-timeout-ms", "120000", "query-timeout-ms", "120000");
        holdUp("CONSTRAINT TRIGGER hold_up AFTER INSERT", "DEFERRABLE INITIALLY DEFERRED");
        try (Connection other = TestServer.connect(database)) {
            FutureTask<Void> publishing = publishAndCutWhileItWaits(other, 1);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> publishing.get(60, TimeUnit.SECONDS))
                    .havingCause()
                    .isInstanceOfSatisfying(PublishException.class, e -> {
                        assertThat(e.code()).isEqualTo("TASKER-Q105");
                        assertThat(e.mayHaveBeenWritten()).isTrue();
                    });
        }
        assertThat(worker.counted("tasker_pgmq_publish_failed_total{outcome=unknown}"))
                .isEqualTo(1);
    }
}
