package tasker.bootstrap.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.bootstrap.plugins.TestJars;

/**
 * Install a plugin into a real worker, replace it while steps come from a queue in PostgreSQL, and remove it: every
 * step is run once, and all that the worker shows follows.
 */
class RuntimePluginIT {
    private static final int STEPS = 300;
    private static final String TOKEN = "only-for-this-test";

    private static final String SEED = """
            package seeds;
            import java.util.*;
            import tasker.events.api.*;
            import tasker.events.api.spi.*;
            import tasker.nativecore.*;
            public class Seed implements StepHandler, WorkerExtension {
                private WorkerSystem worker;
                public String name() { return "seed"; }
                public void attach(WorkerSystem attached) { worker = attached; }
                public StepResult handle(StepContext context) {
                    int count = ((Number) context.request().input().get("count")).intValue();
                    for (int i = 0; i < count; i++) {
                        worker.enqueue(StepRequest.of("work", Map.of("number", i)), StepLimits.once());
                    }
                    return StepResult.success(Map.of());
                }
            }
            """;

    private static final String WORK = """
            package job;
            import java.nio.file.*;
            import java.util.*;
            import tasker.events.api.*;
            import tasker.events.api.spi.*;
            public class Work implements StepHandler, HealthContributor {
                public String name() { return "work"; }
                public HealthReport check() { return HealthReport.healthy(Map.of("version", "@VERSION@")); }
                public StepResult handle(StepContext context) throws Exception {
                    synchronized (Work.class) {
                        Files.writeString(Path.of("@NOTES@"),
                                "@VERSION@ " + context.request().input().get("number") + "\\n",
                                StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                    }
                    return StepResult.success(Map.of());
                }
            }
            """;

    @TempDir
    private Path work;

    @TempDir
    private Path plugins;

    @TempDir
    private Path data;

    @Test
    void aPluginComesIsReplacedUnderLoadAndGoesAndNothingIsLost() throws Exception {
        seeds();
        Path first = job("1");
        Path second = job("2");
        try (Tasker worker = start()) {
            String url = worker.await("(http://127\\S+)").group(1);

            try (Tasker stranger = Tasker.run("plugins", "install", first.toString(), "--url", url)) {
                assertThat(stranger.awaitExit()).isNotZero();
                assertThat(stranger.err()).contains("TASKER-L202", "401", "--token");
            }
            assertThat(ask(url, "plugins", "install", first.toString())).containsPattern("job +1 +active");
            assertThat(plugins.resolve("job.jar")).hasSameBinaryContentAs(first);
            assertThat(ask(url, "health")).containsPattern("work +healthy");

            String ignored = ask(url, "submit", "seed", "{\"count\": " + STEPS + "}");
            Tasker.await(() -> notes().size() >= STEPS / 10);
            assertThat(ask(url, "plugins", "replace", "job", second.toString())).containsPattern("job +2 +active");

            Tasker.await(() -> new HashSet<>(numbers()).size() == STEPS);
            Tasker.await(() -> ask(url, "metrics", "--prometheus").contains(succeeded(STEPS)));
            assertThat(numbers())
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, STEPS).mapToObj(String::valueOf).toList());
            assertThat(notes()).anyMatch(note -> note.startsWith("1 ")).anyMatch(note -> note.startsWith("2 "));
            assertThat(ask(url, "modules")).containsPattern("StepHandler +work +active +job +.*/job\\.jar");

            assertThat(ask(url, "plugins", "remove", "job")).containsPattern("job +2 +stopped");
            assertThat(plugins.resolve("job.jar")).doesNotExist();
            assertThat(ask(url, "plugins", "list")).doesNotContainPattern("(?m)^job ");
            assertThat(ask(url, "modules")).doesNotContainPattern("StepHandler +work\\b");
            assertThat(ask(url, "health")).doesNotContainPattern("\\bwork\\b +healthy");
            assertThat(ask(url, "metrics", "--prometheus")).contains(succeeded(STEPS));
            try (Tasker late = Tasker.run("submit", "work", "{}", "--url", url, "--token", TOKEN)) {
                assertThat(late.err()).contains("TASKER-S102");
            }

            worker.signal("TERM");
            worker.awaitExit();
            assertThat(worker.err()).contains("nothing left behind").doesNotContain("event=service_left_behind");
        }
    }

    private Tasker start() throws IOException {
        return Tasker.start(
                "run",
                "--plugins",
                plugins.toString(),
                "--namespace",
                "changing",
                "--set",
                "database.provider=embedded-postgres",
                "--set",
                "embedded-postgres.data-directory=" + data.resolve("postgres"),
                "--set",
                "observability.port=0",
                "--set",
                "observability.token=" + TOKEN);
    }

    private void seeds() {
        TestJars jars = new TestJars(work);
        String descriptor = "module seeds { requires java.sql; requires tasker.events.api; requires tasker.nativecore;"
                + " provides tasker.events.api.spi.StepHandler with seeds.Seed;"
                + " provides tasker.nativecore.WorkerExtension with seeds.Seed; }";
        Map<String, String> sources = Map.of("module-info.java", descriptor, "seeds/Seed.java", SEED);
        Path ignored =
                jars.jar(plugins.resolve("seeds.jar"), jars.compile("seeds", sources, Path.of("target/modules")));
    }

    private Path job(String version) throws IOException {
        TestJars jars = new TestJars(work);
        String descriptor = "module job { requires tasker.events.api;"
                + " provides tasker.events.api.spi.StepHandler with job.Work;"
                + " provides tasker.events.api.spi.HealthContributor with job.Work; }";
        String source = WORK.replace("@VERSION@", version)
                .replace("@NOTES@", work.resolve("notes").toString());
        Path classes = TestJars.withManifest(
                jars.compile("job", Map.of("module-info.java", descriptor, "job/Work.java", source)),
                "Implementation-Version: " + version);
        return jars.jar(Files.createDirectory(work.resolve("job-" + version)).resolve("job.jar"), classes);
    }

    private List<String> notes() {
        try {
            Path file = work.resolve("notes");
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> numbers() {
        return notes().stream().map(note -> note.split(" ", 2)[1]).toList();
    }

    private static String succeeded(int steps) {
        return "tasker_steps_total{handler=\"work\",outcome=\"success\"} " + steps;
    }

    /** What a command prints that asks the worker. */
    private static String ask(String url, String... command) {
        List<String> whole = new ArrayList<>(Arrays.asList(command));
        whole.addAll(List.of("--url", url, "--token", TOKEN));
        try (Tasker tasker = Tasker.run(whole.toArray(String[]::new))) {
            return tasker.out() + tasker.err();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
