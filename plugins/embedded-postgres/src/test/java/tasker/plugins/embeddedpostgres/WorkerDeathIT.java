package tasker.plugins.embeddedpostgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The time limit is only there so that a server that does not end does not hang the build. */
@Timeout(600)
class WorkerDeathIT {
    @TempDir
    Path folder;

    @Test
    void aServerDiesWithItsWorkerAndLeavesNothingBehind() throws Exception {
        try (WorkerProcess worker = new WorkerProcess(Map.of("home", TestContext.HOME))) {
            long server = Long.parseLong(worker.readLine());
            Path directory = Path.of(worker.readLine());
            assertThat(Waiting.isAlive(server)).isTrue();
            assertThat(directory).isDirectory();

            worker.killOutright();

            Waiting.until("the server ends", () -> !Waiting.isAlive(server));
            Waiting.until("the temporary directory is removed", () -> Files.notExists(directory));
        }
    }

    @Test
    void aWorkerThatWasKilledCanBeStartedAgainAtOnce() throws Exception {
        try (WorkerProcess worker = new WorkerProcess(TestContext.in(folder).values())) {
            worker.readLine();
            worker.killOutright();
        }

        EmbeddedPostgres next = new EmbeddedPostgres();
        try {
            next.start(TestContext.in(folder));
            assertThat(Sql.query(next.database(), "SELECT answer FROM kept")).isEqualTo("42");
        } finally {
            next.close();
        }
    }

    @Test
    void aDirectoryThatAnotherProcessHasOpenIsRefused() throws Exception {
        try (WorkerProcess worker = new WorkerProcess(TestContext.in(folder).values())) {
            worker.readLine();

            EmbeddedPostgres second = new EmbeddedPostgres();
            assertThatThrownBy(() -> second.start(TestContext.in(folder))).hasMessageStartingWith("TASKER-D206");
            second.close();
        }
    }

    @Test
    void aSignalToTheWholeProcessGroupLeavesTheServerUpUntilTheWorkerHasDrained() throws Exception {
        try (WorkerProcess worker = new WorkerProcess(Map.of("home", TestContext.HOME))) {
            long server = Long.parseLong(worker.readLine());
            Path directory = Path.of(worker.readLine());

            // Not INT, which a JVM ignores when it was started in the background, as builds are.
            worker.signalGroup("TERM");

            assertThat(worker.readLine()).isEqualTo("drained 42");
            assertThat(worker.readLine()).isEqualTo("closed");
            assertThat(Waiting.isAlive(server)).isFalse();
            assertThat(directory).doesNotExist();
        }
    }
}
