package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.HealthStatus;
import tasker.events.api.spi.DatabaseSettings;

/** A writer in a process of its own publishes from many callers while its server is killed, hangs, or is cut off. */
class OutagesIT {
    private static final String IDS = "SELECT message->>'event_id' FROM pgmq.q_orders_domain_events";

    /** How many of the large events fit into the smallest buffer there is, of 64 Mi characters. */
    private static final int IN_BUFFER = 64 * 1_024 * 1_024 / (100_000 + 600);

    @TempDir
    Path folder;

    private DatabaseSettings database;

    @BeforeEach
    void makeDatabase() {
        database = TestServer.newDatabase();
    }

    @Test
    void aServerThatIsKilledAgainAndAgainLosesNothingThatReturned() throws Exception {
        try (WriterProcess writer = new WriterProcess(folder, database)) {
            for (int i = 0; i < 3; i++) {
                TestServer.kill();
                try {
                    writer.awaitFailed(WriterProcess.CALLERS, "TASKER-Q10[15] .*");
                    writer.awaitHealth(HealthStatus.UNHEALTHY, "TASKER-D103 cannot reach PostgreSQL");
                } finally {
                    TestServer.startAgain();
                }
                writer.awaitHealthyAgain();
            }
            assertThat(writer.heapMebibytes()).isLessThan(48);
            writer.stop();
            writer.check(TestServer.query(database, IDS));
        }
    }

    @Test
    void aWriterThatIsKilledHasLostNothingThatReturned() throws Exception {
        for (int i = 0; i < 3; i++) {
            DatabaseSettings own = TestServer.newDatabase();
            try (WriterProcess writer = new WriterProcess(folder, own, WriterProcess.PATIENT)) {
                writer.awaitReturned(500 * i);
                writer.killOutright();
                awaitNoConnection(own);
                Ledger.Tally tally = writer.check(TestServer.query(own, IDS));
                assertThat(tally.duplicates()).isZero();
            }
        }
    }

    /** What a killed process had sent is done or undone when the server has ended its connections. */
    private static void awaitNoConnection(DatabaseSettings database) throws Exception {
        Until.isTrue(
                "the server has noticed",
                () -> TestServer.query(
                                database,
                                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                                        + " AND application_name LIKE 'tasker/%'")
                        .isEmpty());
    }

    @Test
    void aServerThatHangsLongerThanTheBoundLosesNothingThatReturned() throws Exception {
        // Fewer connections than there are writers, so that some wait for the pool.
        try (WriterProcess writer = new WriterProcess(folder, database, "pool-size=2", "publish-writers=4")) {
            List<String> processes = TestServer.processes();
            TestServer.signal("STOP", processes);
            try {
                // Those that began before it hung may have waited for a pool whose server answered others.
                writer.awaitFailed(2 * WriterProcess.CALLERS, "TASKER-Q10[15] .*");
                int before = writer.ledger().failures().size();
                writer.awaitFailed(WriterProcess.CALLERS, "TASKER-Q10[15] .*");
                List<String> failures = writer.ledger().failures();
                assertThat(failures.subList(before, failures.size()))
                        .allMatch(message -> !message.contains("pgmq.pool-size"))
                        .allMatch(message -> !message.contains("pgmq.publish-writers"));
                writer.awaitHealth(HealthStatus.UNHEALTHY, "");
                assertThat(writer.heapMebibytes()).isLessThan(48);
            } finally {
                TestServer.signal("CONT", processes);
            }
            writer.awaitHealthyAgain();
            writer.stop();
            awaitNoConnection(database);
            writer.check(TestServer.query(database, IDS));
        }
    }

    @Test
    void connectionsThatAreCutAgainAndAgainLoseNothingThatReturned() throws Exception {
        try (WriterProcess writer = new WriterProcess(folder, database)) {
            for (int i = 0; i < 30; i++) {
                TestServer.query(
                        database,
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND application_name LIKE 'tasker/%'");
                writer.awaitReturned(20);
            }
            writer.awaitHealthyAgain();
            writer.stop();
            writer.check(TestServer.query(database, IDS));
        }
    }

    @Test
    void whatWaitsForAServerThatHangsIsBoundedByTheBuffer() throws Exception {
        try (WriterProcess writer =
                new WriterProcess(folder, database, 192, 0, "publish-buffer-mb=64", "async-in-flight=100000")) {
            List<String> processes = TestServer.processes();
            TestServer.signal("STOP", processes);
            try {
                writer.await("the buffer is full", () -> writer.ledger().underWay() >= IN_BUFFER);
                writer.awaitFailed(3 * IN_BUFFER, "TASKER-Q10[15]");
                assertThat(writer.ledger().underWay()).isLessThan(2 * IN_BUFFER + 100);
                assertThat(writer.heapMebibytes()).isLessThan(64 + 32);
            } finally {
                TestServer.signal("CONT", processes);
            }
            writer.awaitHealthyAgain();
            writer.stop();
            awaitNoConnection(database);
            writer.check(TestServer.query(database, IDS));
        }
    }
}
