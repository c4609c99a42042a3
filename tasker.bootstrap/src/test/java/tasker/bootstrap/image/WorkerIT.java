package tasker.bootstrap.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.ComponentHealth;
import tasker.events.api.HealthCheck;
import tasker.events.api.HealthStatus;
import tasker.events.api.WorkerMetrics;
import tasker.nativecore.json.Json;

/** Run a worker from the linked image, and ask it everything from other processes. */
class WorkerIT {
    @TempDir
    private static Path data;

    private static Tasker worker;
    private static String url;

    @BeforeAll
    static void start() throws Exception {
        worker = Tasker.start(
                "run",
                "--set",
                "database.provider=embedded-postgres",
                "--set",
                "embedded-postgres.data-directory=" + data.resolve("postgres"),
                "--set",
                "observability.port=0",
                "--set",
                "pgmq.publish-timeout-ms=60000",
                "--set",
                "worker.health-timeout-ms=60000",
                "--set",
                "worker.metrics-timeout-ms=60000",
                "--namespace",
                "shop");
        url = worker.await("(http://127\\S+)").group(1);
    }

    @AfterAll
    static void sigtermDrainsAndEnds() throws Exception {
        try (Tasker running = worker) {
            running.signal("TERM");
            assertThat(running.awaitExit()).as(running.err()).isEqualTo(143);
        }
    }

    @Test
    void healthIsTold() throws Exception {
        // On a busy machine a check may take longer than it is given.
        Tasker.await(WorkerIT::isHealthy);
    }

    @Test
    void metricsAreTold() throws Exception {
        try (Tasker metrics = Tasker.run("metrics", "--json", "--url", url)) {
            assertThat(metrics.json(WorkerMetrics.class).uptimeSeconds()).isPositive();
        }
        try (Tasker prometheus = Tasker.run("metrics", "--prometheus", "--url", url)) {
            assertThat(prometheus.out()).contains("# TYPE tasker_", "tasker_inprocess_capacity 2048");
        }
    }

    @Test
    void aFrameOfTopIsPrinted() throws Exception {
        try (Tasker top = Tasker.run("top", "--once", "--url", url)) {
            assertThat(top.err()).isEmpty();
            assertThat(top.out())
                    .containsPattern("shop · development  up for \\d+")
                    .containsPattern("\\d/s processed")
                    .containsPattern("pgmq +healthy|pgmq +degraded|pgmq +unhealthy")
                    .containsPattern("shop_domain_events +\\d+ +\\d+")
                    .doesNotContain("\u001b");
        }
    }

    @Test
    void topIsDrawnOnATerminalAndGivesItBackAsItWas() throws Exception {
        String tasker = Tasker.IMAGE.resolve("bin/tasker").toString();
        Path script = Files.writeString(data.resolve("top.sh"), """
                stty rows 40 cols 72
                before=$(stty -g)
                '%s' top --url %s
                code=$?
                [ "$(stty -g)" = "$before" ] && echo "restored, exit code $code"
                """.formatted(tasker, url));
        try (Tasker terminal = Tasker.start(List.of("script", "-q", "-c", "sh " + script, "/dev/null"))) {
            terminal.await("\u001b\\[\\?1049h");
            terminal.await("shop · development");
            terminal.await("most \\d");

            terminal.process().getOutputStream().write('q');
            terminal.process().getOutputStream().flush();

            terminal.await("restored, exit code 0");
            assertThat(terminal.out().split("\n|\u001b\\[H", -1))
                    .extracting(line ->
                            line.replaceAll("\u001b\\[[0-9;?]*[a-zA-Z]", "").strip())
                    .allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(72));
            assertThat(terminal.out()).contains("\u001b[?1049l");
        }
    }

    @Test
    void settingsAreToldWithWhereTheyCameFromAndWithoutSecrets() throws Exception {
        try (Tasker config = Tasker.run("config", "--url", url)) {
            assertThat(config.out().lines())
                    .anyMatch(line -> line.matches("worker.namespace +shop +--namespace"))
                    .anyMatch(line -> line.matches("worker.polling-interval-ms +50 +default"))
                    .anyMatch(line -> line.matches("database.password +\\(not set\\) +default"));
        }
    }

    @Test
    void anEventOnBothPathsIsTailedAndConsumedWithOneId() throws Exception {
        try (Tasker tail = Tasker.start("tail", "order.*", "--max", "1", "--json", "--url", url)) {
            Tasker.await(WorkerIT::isFollowed);
            String id;
            try (Tasker publish = Tasker.run(
                    "publish", "order.created", "{\"amount\": 12.30}", "--mode", "broadcast", "--url", url)) {
                assertThat(publish.awaitExit()).as(publish.err()).isZero();
                id = publish.out().strip();
            }
            assertThat(tail.awaitExit()).as(tail.err()).isZero();
            assertThat(Json.object(tail.out())).containsEntry("event_id", id);

            try (Tasker consume = Tasker.run(database("consume"))) {
                assertThat(consume.awaitExit()).as(consume.err()).isZero();
                assertThat(consume.out()).contains(id).contains("12.30");
            }
        }
    }

    @Test
    void aDurableEventIsPublishedStraightIntoTheDatabase() throws Exception {
        try (Tasker publish = Tasker.run(database("publish", "stock.counted", "{\"sku\": \"S-1\"}"))) {
            assertThat(publish.awaitExit()).as(publish.err()).isZero();
            assertThat(publish.out().strip()).matches("[0-9a-f-]{36}");
        }
    }

    @Test
    void aDeadLetterIsListedShownReplayedAndPurged() throws Exception {
        String id =
                output(databaseOf("letters", "publish", "order.created", "{}")).strip();
        giveBackUnread("letters");
        assertThat(output(databaseOf("letters", "consume", "--max-reads", "1"))).isEmpty();

        assertThat(output(databaseOf("letters", "dead-letters", "list", "--type", "order.*")))
                .containsPattern(id + " +1  was read 1 time without being settled");
        assertThat(output(databaseOf("letters", "dead-letters", "list", "--type", "mail.*")))
                .isEmpty();
        assertThat(output(databaseOf("letters", "dead-letters", "show", id, "--json")))
                .contains("\"cause\": \"max_reads\"", "\"original_queue\": \"letters_domain_events\"");
        assertThat(output(databaseOf("letters", "queues")).lines())
                .anyMatch(line -> line.matches("letters_domain_events_dlq +1 +1 +\\d+ s +1"));
        assertThat(output(databaseOf("letters", "dead-letters", "replay", "--since", "1h"))
                        .strip())
                .isEqualTo("1 message replayed");
        assertThat(output(databaseOf("letters", "consume", "--archive", "--ordered")))
                .contains(id);
        assertThat(output(databaseOf("letters", "dead-letters", "replay", "--archive", "--id", id, "--json")))
                .contains("{\"replayed\":1}");
        assertThat(output(databaseOf("letters", "dead-letters", "purge", "--yes"))
                        .strip())
                .isEqualTo("0 dead letters deleted");
        assertRefused(1, "TASKER-L106", databaseOf("letters", "dead-letters", "show", "77"));
    }

    @Test
    void aStepIsPutIntoTheQueueOfANamespace() throws Exception {
        String id = output(databaseOf("steps", "submit", "charge", "{\"amount\": 5}", "--queue", "--attempts", "3"))
                .strip();

        assertThat(id).matches("[0-9a-f-]{36}");
        assertThat(output(databaseOf("steps", "queues")).lines())
                .anyMatch(line -> line.matches("worker_steps_queue +1 +1 +\\d+ s +1"));
    }

    private static String output(String... arguments) throws Exception {
        try (Tasker tasker = Tasker.run(arguments)) {
            assertThat(tasker.awaitExit()).as(tasker.err()).isZero();
            return tasker.out();
        }
    }

    /** Read events with no room for them, so that they go back; that raises their read counts. */
    private static void giveBackUnread(String namespace) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "\"$@\" > /dev/full",
                "sh",
                Tasker.IMAGE.resolve("bin/tasker").toString()));
        command.addAll(List.of(databaseOf(namespace, "consume")));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void badInputIsRefusedInOneLine() throws Exception {
        assertRefused(2, "TASKER-L102", "publish", "order.created", "no json", "--url", url, "--mode", "fast");
        assertRefused(2, "TASKER-V101", "publish", "order..created", "{}", "--url", url, "--mode", "fast");
        assertRefused(3, "TASKER-L201", "health", "--url", "http://127.0.0.1:9");
        assertRefused(2, "TASKER-D101", "run", "--set", "observability.port=0");
        assertRefused(2, "did you mean 'worker.namespace'?", "config", "--local", "--set", "worker.namespce=x");
        assertRefused(2, "add --local", "config", "--url", url, "--namespace", "x");
        assertRefused(3, "TASKER-D103", "consume", "--database-url", "jdbc:postgresql://127.0.0.1:9/none");
    }

    private static void assertRefused(int exitCode, String reason, String... arguments) throws Exception {
        try (Tasker tasker = Tasker.run(arguments)) {
            assertThat(tasker.awaitExit()).as(tasker.err()).isEqualTo(exitCode);
            assertThat(tasker.err()).contains(reason).doesNotContain("\tat ");
            assertThat(tasker.out()).isEmpty();
        }
    }

    /** Whether it is; the answer that says so names the components and is a success. */
    private static boolean isHealthy() {
        try (Tasker health = Tasker.run("health", "--json", "--url", url)) {
            HealthCheck check = health.json(HealthCheck.class);
            assertThat(check.components()).containsKeys("pgmq", "inprocess", "embedded-postgres");
            if (check.status() != HealthStatus.HEALTHY) {
                return false;
            }
            assertThat(health.awaitExit()).isZero();
            return true;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isFollowed() {
        try (Tasker metrics = Tasker.run("metrics", "--prometheus", "--url", url)) {
            return metrics.out().contains("tasker_inprocess_subscribers 1");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** A command of the worker's namespace, on the worker's database. */
    private static String[] database(String... command) throws Exception {
        return databaseOf("shop", command);
    }

    /** A command of this namespace, on the worker's database. */
    private static String[] databaseOf(String namespace, String... command) throws Exception {
        try (Tasker health = Tasker.run("health", "--json", "--url", url)) {
            ComponentHealth postgres = Objects.requireNonNull(
                    health.json(HealthCheck.class).components().get("embedded-postgres"));
            List<String> arguments = new ArrayList<>(List.of(command));
            arguments.addAll(List.of(
                    "--namespace",
                    namespace,
                    "--database-url",
                    "jdbc:postgresql://127.0.0.1:" + postgres.details().get("port") + "/tasker",
                    "--set",
                    "database.user=tasker",
                    "--set",
                    "database.password-file=" + data.resolve("postgres/password")));
            return arguments.toArray(String[]::new);
        }
    }
}
