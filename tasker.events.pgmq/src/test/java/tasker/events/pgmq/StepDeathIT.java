package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.HealthStatus;
import tasker.events.api.StepResult;
import tasker.events.api.spi.DatabaseSettings;

/** Workers and servers are killed while steps are run and settled; each step has one result in the end. */
class StepDeathIT {
    private static final int STEPS = 3_000;

    @TempDir
    Path folder;

    private final DatabaseSettings database = TestServer.newDatabase();

    private List<String> query(String sql) {
        return TestServer.query(database, sql);
    }

    private boolean isQueueEmpty() {
        return query("SELECT count(*) FROM " + StepWorker.STEPS).equals(List.of("0"));
    }

    private void assertOneResultAndOneEventEach() {
        assertThat(query("SELECT count(*) || ' ' || count(DISTINCT message->>'step_id') FROM " + StepWorker.RESULTS))
                .containsExactly(STEPS + " " + STEPS);
        assertThat(query("SELECT count(*) || ' ' || count(DISTINCT message->'payload'->>'step_id') FROM "
                        + StepWorker.EVENTS))
                .containsExactly(STEPS + " " + STEPS);
        assertThat(query("SELECT count(*) FROM " + StepWorker.DEAD)).containsExactly("0");
    }

    private static List<String> lines(Path log) throws Exception {
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    @Test
    void whatAKilledWorkerHeldIsRunByAnother() throws Exception {
        List<String> run = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Path log = folder.resolve("worker" + i);
            try (JvmProcess worker = new JvmProcess(
                    StepRunnerProcess.class,
                    96,
                    List.of(log.toString(), database.url(), database.user().orElseThrow()))) {
                if (i == 0) {
                    StepWorker.sendNumbered(database, "charge", STEPS);
                }
                if (i < 2) {
                    Until.isTrue("it runs steps", () -> lines(log).size() >= 200);
                    worker.killOutright();
                } else {
                    Until.isTrue("all are settled", this::isQueueEmpty);
                }
            }
            run.addAll(lines(log));
        }

        Set<String> once = new HashSet<>(run);
        assertThat(once).hasSize(STEPS);
        assertOneResultAndOneEventEach();
    }

    @Test
    void aServerThatIsKilledWhileStepsAreSettledLosesAndDoublesNothing() throws Exception {
        try (StepWorker worker = StepWorker.start(
                database, "charge", context -> StepResult.success(Map.of()), "pgmq.step-visibility-ms", "5000")) {
            StepWorker.sendNumbered(database, "charge", STEPS);
            Until.isTrue("steps are settled", () -> worker.fate("settled") >= 300);
            TestServer.kill();
            try {
                Until.isTrue(
                        "health says that the queue cannot be read",
                        () -> worker.system().health().components().containsKey("steps-pgmq"));
                assertThat(worker.system().health().status()).isNotEqualTo(HealthStatus.HEALTHY);
            } finally {
                TestServer.startAgain();
            }
            Until.isTrue("all are settled", () -> {
                try {
                    return isQueueEmpty();
                } catch (IllegalStateException e) {
                    return false;
                }
            });
            Until.isTrue(
                    "it can be read again",
                    () -> !worker.system().health().components().containsKey("steps-pgmq"));
            assertOneResultAndOneEventEach();
        }
    }
}
