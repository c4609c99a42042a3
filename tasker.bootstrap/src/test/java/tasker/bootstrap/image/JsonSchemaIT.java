package tasker.bootstrap.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.bootstrap.plugins.TestJars;
import tasker.nativecore.json.Json;

/** Drop the plugin beside a plugin of a third party whose handler declares a schema. */
class JsonSchemaIT {
    private static final String HANDLER = """
            package teller;
            import java.util.*;
            import tasker.events.api.*;
            import tasker.events.api.spi.*;
            public class Handler implements StepHandler {
                public String name() { return "tell"; }
                public StepResult handle(StepContext context) {
                    return StepResult.success(context.request().input());
                }
                public List<StepEvent> events() {
                    return List.of(new StepEvent("total.told", StepEvent.Condition.SUCCESS, DeliveryMode.FAST).withSchema(
                            "{\\"properties\\": {\\"output\\": {\\"properties\\": {\\"total\\": {\\"type\\": \\"integer\\"}}}}}"));
                }
            }
            """;

    @TempDir
    Path work;

    @TempDir
    Path plugins;

    private Tasker start() throws Exception {
        TestJars jars = new TestJars(work);
        jars.jar(
                plugins.resolve("teller.jar"),
                jars.compile(
                        "teller",
                        Map.of("module-info.java", TestJars.descriptor("teller", ""), "teller/Handler.java", HANDLER)));
        return Tasker.start(
                "run",
                "--plugins",
                plugins.toString(),
                "--set",
                "worker.durable-transport=none",
                "--set",
                "observability.port=0");
    }

    @Test
    void onlyAPayloadThatMatchesIsPublishedAndNoStepFails() throws Exception {
        copy(Tasker.IMAGE.resolve("optional/json-schema"), plugins.resolve("json-schema"));
        try (Tasker worker = start()) {
            String url = worker.await("(http://127\\S+)").group(1);
            try (Tasker tail = Tasker.start("tail", "#", "--max", "1", "--json", "--url", url)) {
                Tasker.await(() -> metrics(url).contains("tasker_inprocess_subscribers 1"));
                assertThat(submit(url, "{\"total\": \"three\"}")).contains("three");
                Tasker.await(() -> metrics(url).contains("tasker_step_events_failed_total 1"));
                assertThat(submit(url, "{\"total\": 3}")).contains("3");

                assertThat(tail.awaitExit()).as(tail.err()).isZero();
                assertThat(Json.object(tail.out()).get("payload")).asString().contains("total=3");
            }
            assertThat(metrics(url)).contains("tasker_step_events_failed_total 1");
            worker.await("event_type=total.told .*/output/total");
        }
    }

    @Test
    void withoutTheValidatorTheHandlerDoesNotStartAndTheReasonIsTold() throws Exception {
        try (Tasker worker = start()) {
            worker.await("TASKER-S108 handler 'tell' declares a JSON Schema for total.told");
            worker.await("(http://127\\S+)");
        }
    }

    private static String submit(String url, String input) throws Exception {
        try (Tasker submit = Tasker.run("submit", "tell", input, "--wait", "--url", url)) {
            assertThat(submit.awaitExit()).as(submit.err()).isZero();
            return submit.out();
        }
    }

    private static String metrics(String url) {
        try (Tasker metrics = Tasker.run("metrics", "--prometheus", "--url", url)) {
            return metrics.out();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
