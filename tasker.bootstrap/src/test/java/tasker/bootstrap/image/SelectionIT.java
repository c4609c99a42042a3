package tasker.bootstrap.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Link each selection of modules, and see that what it leaves out is gone and asked for politely. */
class SelectionIT {
    private static final Map<String, LinkedImage> LINKED = new HashMap<>();

    @TempDir
    private static Path folder;

    @SuppressWarnings("unused") // named by @MethodSource
    static List<String> selections() throws IOException {
        Properties selections = new Properties();
        try (InputStream in = Files.newInputStream(Path.of("src/build/selections.properties"))) {
            selections.load(in);
        }
        return selections.stringPropertyNames().stream().sorted().toList();
    }

    @ParameterizedTest
    @MethodSource("selections")
    void aSelectionLinksWhatWasRecorded(String selection) throws Exception {
        Path golden = Path.of("src/test/golden/images", selection + ".txt");

        assertThat(linked(selection).modules())
                .as("modules of %s; recorded in %s", selection, golden)
                .isEqualTo(Files.exists(golden) ? Files.readAllLines(golden) : List.of("nothing is recorded"));
    }

    @Test
    void aPathThatIsLeftOutTakesItsLibrariesAndItsModulesOfTheJdkAlong() throws Exception {
        assertThat(linked("fast-only").modules())
                .contains("tasker.events.inprocess", "tasker.observability")
                .doesNotContain("tasker.events.pgmq", "org.postgresql.jdbc", "com.zaxxer.hikari", "java.sql");
        assertThat(linked("durable-only").modules())
                .contains("tasker.events.pgmq", "org.postgresql.jdbc")
                .doesNotContain("tasker.events.inprocess");
        assertThat(linked("tasker.events.inprocess").modules())
                .doesNotContain("tasker.observability", "jdk.httpserver");
    }

    @ParameterizedTest
    @CsvSource({
        "publish order.created {}",
        "consume",
        "queues",
        "dead-letters list",
        "dead-letters show 1",
        "dead-letters replay --all",
        "dead-letters purge --yes",
        "submit charge {} --queue",
        "demo"
    })
    void withoutTheDurablePathACommandNamesTheModuleToAdd(String command) throws Exception {
        assertRefused("fast-only", command, 1, "TASKER-W201 this runtime has no durable path", "tasker.events.pgmq");
    }

    @Test
    void withoutTheFastPathARunningWorkerNamesTheModuleToAdd() throws Exception {
        try (Tasker worker =
                run("durable-only", "run", "--set", "observability.port=0", "--set", "worker.durable-transport=none")) {
            String url = worker.await("(http://127\\S+)").group(1);

            for (String command : List.of("tail", "publish order.created {} --mode fast")) {
                assertRefused(
                        "durable-only",
                        command + " --url " + url,
                        1,
                        "TASKER-W201 this runtime has no fast path",
                        "tasker.events.inprocess");
            }
        }
    }

    @Test
    void withoutTheHttpEndpointTheWorkerAndItsClientsNameTheModuleToAdd() throws Exception {
        try (Tasker worker = run("tasker.events.inprocess", "run")) {
            worker.await("is up after");
            worker.await("no HTTP endpoint .* add the module tasker.observability");
        }
        for (String command : List.of("health", "metrics", "tail", "top --once", "config", "submit charge {}")) {
            assertRefused(
                    "tasker.events.inprocess",
                    command + " --url http://127.0.0.1:9",
                    3,
                    "TASKER-L201",
                    "tasker.observability");
        }
    }

    @Test
    void anUnknownNameFailsTheBuildAndTheKnownOnesAreListed() throws Exception {
        LinkedImage.Outcome outcome = LinkedImage.link(folder.resolve("none"), "fast-only,tasker.events.kafka");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.output())
                .contains("names tasker.events.kafka", "durable-only, fast-only, full", "tasker.events.pgmq")
                .doesNotContain("\tat ");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    private static void assertRefused(String modules, String command, int exitCode, String... reasons)
            throws Exception {
        try (Tasker tasker = run(modules, command.split(" "))) {
            assertThat(tasker.awaitExit()).as(tasker.err()).isEqualTo(exitCode);
            assertThat(tasker.err()).contains(reasons).doesNotContain("\tat ");
            assertThat(tasker.out()).isEmpty();
        }
    }

    private static Tasker run(String modules, String... arguments) throws Exception {
        return Tasker.startIn(linked(modules).home(), arguments);
    }

    private static LinkedImage linked(String modules) throws Exception {
        LinkedImage known = LINKED.get(modules);
        if (known != null) {
            return known;
        }
        LinkedImage image = new LinkedImage(folder.resolve(modules));
        LinkedImage.Outcome outcome = LinkedImage.link(image.home(), modules);
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        LINKED.put(modules, image);
        return image;
    }
}
