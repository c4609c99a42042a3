package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.HealthStatus;
import tasker.events.api.spi.DatabaseSettings;

/** A writer in a process of its own publishes from many callers while its server refuses to do what it did before. */
class ServerStatesIT {
    private static final String IDS = "SELECT message->>'event_id' FROM pgmq.q_orders_domain_events";

    @TempDir
    Path folder;

    private DatabaseSettings database;

    @BeforeEach
    void makeDatabase() {
        database = TestServer.newDatabase();
    }

    @Test
    void aServerThatTurnsReadOnlyRefusesUntilItTurnsBack() throws Exception {
        try (WriterProcess writer = new WriterProcess(folder, database, WriterProcess.PATIENT)) {
            TestServer.configure("default_transaction_read_only", "on");
            try {
                writer.awaitFailed(WriterProcess.CALLERS, "TASKER-Q10[12] .*read-only transaction");
                writer.awaitHealth(HealthStatus.UNHEALTHY, "TASKER-D113");
            } finally {
                TestServer.configure("default_transaction_read_only", "DEFAULT");
            }
            writer.awaitHealthyAgain();
            writer.stop();
            assertThat(writer.ledger().unknown()).isZero();
            writer.check(TestServer.query(database, IDS));
        }
    }

    @Test
    void aQueueThatIsDroppedIsMadeAgain() throws Exception {
        try (WriterProcess writer = new WriterProcess(folder, database)) {
            for (int i = 0; i < 3; i++) {
                TestServer.sql(database, """
                        BEGIN;
                        LOCK TABLE pgmq.q_orders_domain_events;
                        CREATE TABLE IF NOT EXISTS public.kept (id text);
                        INSERT INTO public.kept %s;
                        DROP TABLE pgmq.q_orders_domain_events;
                        COMMIT
                        """.formatted(IDS));
                writer.awaitHealthyAgain();
            }
            writer.stop();
            writer.check(TestServer.query(database, "SELECT id FROM public.kept UNION ALL " + IDS));
        }
    }

    @Test
    void aSchemaThatIsGoneIsReportedUntilItIsBack() throws Exception {
        try (WriterProcess writer = new WriterProcess(
                folder, database, "metrics-interval-ms=1000", WriterProcess.PATIENT[0], WriterProcess.PATIENT[1])) {
            TestServer.sql(database, "ALTER SCHEMA pgmq RENAME TO gone");
            writer.awaitFailed(WriterProcess.CALLERS, "TASKER-Q102 .*pgmq.* does not exist");
            writer.awaitHealth(HealthStatus.UNHEALTHY, "TASKER-Q113 .*does not exist");

            TestWorker.start(database, "others").close();

            writer.awaitHealthyAgain();
            writer.stop();
            assertThat(writer.ledger().unknown()).isZero();
            writer.check(TestServer.query(database, IDS + " UNION ALL " + IDS.replace("pgmq.", "gone.")));
        }
    }

    private static String account(String name) {
        TestServer.sql(TestServer.settings("postgres"), "CREATE ROLE " + name + " LOGIN PASSWORD 'first'");
        return name;
    }

    private void changePassword(String user, String password) {
        TestServer.sql(database, "ALTER ROLE " + user + " PASSWORD '" + password + '\'');
    }

    private void cutConnections(String user) {
        TestServer.query(
                database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + user + '\'');
    }

    @Test
    void aPasswordThatChangesIsTakenFromItsFileAndElseReported() throws Exception {
        String user = account("moving");
        TestServer.requirePassword(user);
        TestServer.sql(
                database,
                "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO moving', current_database()); END $$");
        Path file = Files.writeString(folder.resolve("password"), "first\n");
        try (WriterProcess writer = new WriterProcess(
                folder,
                TestServer.as(database, user, null),
                "password-file=" + file,
                WriterProcess.PATIENT[0],
                WriterProcess.PATIENT[1])) {
            changePassword(user, "second");
            List<String> before = new ArrayList<>(writer.ledger().failures());
            writer.awaitReturned(500);
            assertThat(writer.ledger().failures())
                    .as("connections that are open work on")
                    .isEqualTo(before);

            writer.await("no connection is left", () -> {
                cutConnections(user);
                return writer.ledger().isHealth(HealthStatus.UNHEALTHY);
            });
            writer.awaitFailed(WriterProcess.CALLERS, "TASKER-Q101 .*TASKER-D104 .*'moving'");
            writer.awaitHealth(HealthStatus.UNHEALTHY, "TASKER-D104 .*'moving'");

            Files.writeString(file, "second\n");
            writer.awaitHealthyAgain();

            changePassword(user, "third");
            // One that logs in at this moment, with the password before, is not among those that are cut.
            writer.await("no connection is left", () -> {
                cutConnections(user);
                return writer.ledger().isHealth(HealthStatus.UNHEALTHY);
            });
            writer.awaitHealth(HealthStatus.UNHEALTHY, "TASKER-D104 .*'moving'");
            changePassword(user, "second");
            writer.awaitHealthyAgain();
            writer.stop();
            assertThat(Files.readString(file)).isEqualTo("second\n");
            writer.check(TestServer.query(database, IDS));
        }
    }
}
