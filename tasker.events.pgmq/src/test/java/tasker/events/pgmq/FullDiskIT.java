package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.HealthStatus;
import tasker.events.api.spi.DatabaseSettings;

/** A server whose disk, all of its data and its log of changes included, is really full. */
class FullDiskIT {
    @TempDir
    Path folder;

    private Path disk;

    @BeforeEach
    void mountSmallDisk() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=120m,mode=0700", "tmpfs", disk.toString()) == 0,
                "a small disk cannot be mounted here: that takes the right to mount, as root has it");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", disk.toString());
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private EmbeddedPostgres launch(int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(disk.resolve("data").toFile())
                .setCleanDataDirectory(false)
                .setPort(port)
                .setPGStartupWait(Duration.ofMinutes(2))
                .setServerConfig("fsync", "off")
                .setServerConfig("max_connections", "20")
                .setServerConfig("shared_buffers", "8MB")
                .setServerConfig("min_wal_size", "32MB")
                .setServerConfig("max_wal_size", "32MB")
                .start();
    }

    private static void fill(Path ballast) {
        byte[] block = new byte[65_536];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    @Test
    void aDiskThatIsFullRefusesUntilThereIsRoom() throws Exception {
        Path ballast = disk.resolve("ballast");
        EmbeddedPostgres server = launch(TestServer.freePort());
        DatabaseSettings database = new DatabaseSettings(
                server.getJdbcUrl("postgres", "postgres").replaceFirst("\\?.*", ""),
                Optional.of("postgres"),
                Optional.empty());
        try (WriterProcess writer = new WriterProcess(folder, database)) {
            fill(ballast);
            // What room the server had reserved is soon used up.
            writer.awaitFailed(WriterProcess.CALLERS, "TASKER-Q10[125] .*");
            writer.awaitFailed(WriterProcess.CALLERS, "No space left|cannot reach|not yet accepting|recovery mode");
            writer.awaitHealth(HealthStatus.DEGRADED, "TASKER-Q102 .*No space left");
            Files.delete(ballast);
            server = revive(server, database);
            writer.awaitHealthyAgain();
            writer.stop();
            writer.check(TestServer.query(database, "SELECT message->>'event_id' FROM pgmq.q_orders_domain_events"));
        } finally {
            Files.deleteIfExists(ballast);
            server.close();
        }
    }

    /** Where there was no room even for its log of changes, the server has given up, and is started again. */
    private EmbeddedPostgres revive(EmbeddedPostgres server, DatabaseSettings database) throws Exception {
        boolean[] ended = new boolean[1];
        Until.isTrue("the server answers, or has ended", () -> {
            try (Connection connection = TestServer.connect(database)) {
                return connection.isValid(10);
            } catch (SQLException e) {
                ended[0] = Files.notExists(disk.resolve("data/postmaster.pid"));
                return ended[0];
            }
        });
        if (!ended[0]) {
            return server;
        }
        server.close();
        return launch(server.getPort());
    }
}
