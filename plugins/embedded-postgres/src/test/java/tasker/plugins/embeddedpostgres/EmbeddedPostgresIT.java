package tasker.plugins.embeddedpostgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.HealthStatus;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.HealthReport;

class EmbeddedPostgresIT {
    @TempDir
    Path folder;

    private final List<EmbeddedPostgres> started = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (EmbeddedPostgres postgres : started) {
            postgres.close();
        }
    }

    @Test
    void aTemporaryServerIsDurableAndLeavesNothingBehind() throws Exception {
        EmbeddedPostgres postgres = start(TestContext.temporary());
        DatabaseSettings database = postgres.database();
        Path directory = directoryOf(postgres);
        long pid = pidOf(postgres);

        assertThat(Sql.query(database, "SHOW fsync")).isEqualTo("on");
        assertThat(Sql.query(database, "SHOW server_encoding")).isEqualTo("UTF8");
        assertThat(Sql.query(database, "SELECT datlocale FROM pg_database WHERE datname = 'tasker'"))
                .isEqualTo("C.UTF-8");
        assertThat(Sql.query(database, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        assertThat(postgres.check().status()).isEqualTo(HealthStatus.HEALTHY);

        postgres.close();

        assertThatThrownBy(() -> Sql.connect(database))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("refused");
        assertThat(directory).doesNotExist();
        assertThat(Waiting.isAlive(pid)).isFalse();
    }

    @Test
    void everyServerHasAPasswordOfItsOwn() throws Exception {
        DatabaseSettings first = start(TestContext.temporary()).database();
        DatabaseSettings second = start(TestContext.temporary()).database();

        assertThat(Sql.query(second, "SELECT 1")).isEqualTo("1");
        assertThatThrownBy(() -> Sql.connect(second, first.password().orElseThrow()))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void aTemporaryServerNeedsNoTemplate() throws Exception {
        List<Path> links = new ArrayList<>();
        for (String part : List.of("bin", "lib", "share")) {
            links.add(Files.createSymbolicLink(folder.resolve(part), Path.of(TestContext.HOME, part)));
        }

        DatabaseSettings database =
                start(new TestContext(Map.of("home", folder.toString()))).database();

        assertThat(Sql.query(database, "SHOW fsync")).isEqualTo("on");
        assertThat(identity(database))
                .isNotEqualTo(identity(start(TestContext.temporary()).database()));
        for (Path link : links) {
            Files.delete(link);
        }
    }

    @Test
    void aPasswordThatCannotBeSetIsNotShown() throws Exception {
        List<Path> links = new ArrayList<>();
        for (String part : List.of("bin", "lib", "share")) {
            links.add(Files.createSymbolicLink(folder.resolve(part), Path.of(TestContext.HOME, part)));
        }
        Path template = folder.resolve("template");
        new ProcessBuilder("cp", "-R", TestContext.HOME + "/template", template.toString())
                .inheritIO()
                .start()
                .waitFor();
        Files.writeString(template.resolve("postgresql.conf"), "default_transaction_read_only = on\n");

        assertThatThrownBy(() -> start(new TestContext(Map.of("home", folder.toString()))))
                .hasMessageStartingWith("TASKER-D207")
                .hasMessageContaining("cannot execute ALTER ROLE in a read-only transaction")
                .hasMessageNotContaining("PASSWORD");
        for (Path link : links) {
            Files.delete(link);
        }
    }

    @Test
    void dataThatStayAreNoCopyOfTheTemplate() throws Exception {
        DatabaseSettings kept = start(TestContext.in(folder)).database();

        assertThat(identity(kept))
                .isNotEqualTo(identity(start(TestContext.temporary()).database()));
    }

    @Test
    void dataInADirectoryStay() throws Exception {
        Path directory = folder.resolve("new/data");
        EmbeddedPostgres first = start(TestContext.in(directory));
        Sql.execute(first.database(), "CREATE TABLE kept AS SELECT 42 AS answer");
        first.close();

        EmbeddedPostgres second = start(TestContext.in(directory));

        assertThat(Sql.query(second.database(), "SELECT answer FROM kept")).isEqualTo("42");
        assertThat(second.database().password()).isEqualTo(first.database().password());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("password"))))
                .isEqualTo("rw-------");
    }

    @Test
    void committedDataSurviveTheDeathOfTheServer() throws Exception {
        EmbeddedPostgres first = start(TestContext.in(folder));
        Sql.execute(first.database(), "CREATE TABLE kept AS SELECT 42 AS answer");
        kill(first);

        HealthReport report = first.check();
        assertThat(report.status()).isEqualTo(HealthStatus.UNHEALTHY);
        assertThat(report.message().orElseThrow()).contains("ended with status 137");
        first.close();

        EmbeddedPostgres second = start(TestContext.in(folder));
        assertThat(Sql.query(second.database(), "SELECT answer FROM kept")).isEqualTo("42");
    }

    @Test
    void aStaleProcessIdThatAnotherProgramHasNowDoesNotMatter() throws Exception {
        EmbeddedPostgres first = start(TestContext.in(folder));
        kill(first);
        first.close();
        Path pidFile = folder.resolve("data/postmaster.pid");
        long other = ProcessHandle.current().parent().orElseThrow().pid();
        Files.writeString(pidFile, Files.readString(pidFile).replaceFirst("\\d+", Long.toString(other)));

        EmbeddedPostgres second = start(TestContext.in(folder));

        assertThat(Sql.query(second.database(), "SELECT 1")).isEqualTo("1");
    }

    @Test
    void dataThatWereNeverCompletedAreMadeAnew() throws Exception {
        Files.createDirectories(folder.resolve("initialising/base"));
        Files.writeString(folder.resolve("password"), "of the data that were never completed");

        EmbeddedPostgres postgres = start(TestContext.in(folder));

        assertThat(Sql.query(postgres.database(), "SELECT 1")).isEqualTo("1");
    }

    @Test
    void aDirectoryWithOtherFilesIsRefused() throws Exception {
        Files.writeString(folder.resolve("holiday.jpg"), "not ours");

        assertThatThrownBy(() -> start(TestContext.in(folder)))
                .hasMessageStartingWith("TASKER-D205")
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("holiday.jpg");
        assertThat(folder).isDirectoryContaining("glob:**/holiday.jpg");
    }

    @Test
    void aFileIsNoDirectory() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> start(TestContext.in(file)))
                .hasMessageStartingWith("TASKER-D205")
                .hasMessageContaining(file.toString());
    }

    @Test
    void dataWithoutTheirPasswordAreRefused() throws Exception {
        start(TestContext.in(folder)).close();
        Files.delete(folder.resolve("password"));

        assertThatThrownBy(() -> start(TestContext.in(folder)))
                .hasMessageStartingWith("TASKER-D205")
                .hasMessageContaining("'password' cannot be read");
    }

    @Test
    void twoWorkersCannotShareADirectory() throws Exception {
        start(TestContext.in(folder));

        assertThatThrownBy(() -> start(TestContext.in(folder)))
                .hasMessageStartingWith("TASKER-D206")
                .hasMessageContaining("another worker uses");
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        long taken = detail(start(TestContext.temporary()), "port");

        assertThatThrownBy(() -> start(TestContext.in(folder, "port", Long.toString(taken))))
                .hasMessageStartingWith("TASKER-D210")
                .hasMessageContaining("port " + taken);
    }

    @Test
    void whatTheServerSaysStandsInTheErrorWhenItDoesNotStart() throws Exception {
        start(TestContext.in(folder)).close();
        Files.writeString(folder.resolve("data/postgresql.conf"), "no_such_setting = 1\n");

        assertThatThrownBy(() -> start(TestContext.in(folder)))
                .hasMessageStartingWith("TASKER-D208")
                .hasMessageContaining("unrecognized configuration parameter \"no_such_setting\"");
    }

    @Test
    void aHomeWithoutPostgresIsRefused() {
        assertThatThrownBy(() -> start(new TestContext(Map.of("home", folder.toString()))))
                .hasMessageStartingWith("TASKER-D202")
                .hasMessageContaining(folder.resolve("bin/initdb").toString());
    }

    @Test
    void aDiskThatFillsUpShowsInTheHealth() throws Exception {
        EmbeddedPostgres postgres = start(TestContext.in(folder, "minimum-free-mb", Integer.toString(1 << 30)));

        HealthReport report = postgres.check();

        assertThat(report.status()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(report.message().orElseThrow()).contains("MiB left");
    }

    private EmbeddedPostgres start(TestContext context) throws Exception {
        EmbeddedPostgres postgres = new EmbeddedPostgres();
        started.add(postgres);
        postgres.start(context);
        return postgres;
    }

    private static String identity(DatabaseSettings database) throws SQLException {
        return Sql.query(database, "SELECT system_identifier FROM pg_control_system()");
    }

    private static Path directoryOf(EmbeddedPostgres postgres) throws Exception {
        return Path.of(String.valueOf(postgres.check().details().get("data_directory")));
    }

    private static long pidOf(EmbeddedPostgres postgres) throws Exception {
        return detail(postgres, "pid");
    }

    private static long detail(EmbeddedPostgres postgres, String name) throws Exception {
        return Long.parseLong(String.valueOf(postgres.check().details().get(name)));
    }

    private static void kill(EmbeddedPostgres postgres) throws Exception {
        ProcessHandle.of(pidOf(postgres)).orElseThrow().destroyForcibly();
        Waiting.until("the server's end shows", () -> {
            try {
                return postgres.check().status() == HealthStatus.UNHEALTHY;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }
}
