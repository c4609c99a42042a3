package tasker.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that ask no worker. */
class LocalCommandTests {
    @TempDir
    Path folder;

    private TestCli cli;

    @BeforeEach
    void prepare() {
        cli = new TestCli(folder);
    }

    @Test
    void everySettingIsShownWithTheLayerThatWon() throws IOException {
        Files.writeString(folder.resolve("tasker.toml"), """
                [worker]
                namespace = "from_file"
                environment = "from-file"
                max-concurrent-handlers = 3
                """);
        cli.variable("TASKER_WORKER_ENVIRONMENT", "from-environment").variable("TASKER_WORKER_NAMESPACE", "from_env");

        assertThat(cli.run("config", "--local", "--namespace", "from_flag")).isZero();

        assertThat(cli.out())
                .containsPattern("worker.namespace +from_flag +--namespace")
                .containsPattern("worker.environment +from-environment +TASKER_WORKER_ENVIRONMENT")
                .containsPattern("worker.max-concurrent-handlers +3 +.*tasker.toml")
                .containsPattern("worker.handler-timeout-ms +30000 +default");
    }

    @Test
    void aVariableMayNameTheFile() throws IOException {
        Files.writeString(folder.resolve("other.toml"), "[worker]\nnamespace = \"other\"\n");

        assertThat(cli.variable("TASKER_CONFIG", "other.toml").run("config", "--local", "--json"))
                .isZero();

        assertThat(cli.out()).contains("\"other\"");
    }

    @Test
    void aMissingFileIsAWrongConfiguration() {
        assertThat(cli.run("config", "--local", "--config", "nope.toml")).isEqualTo(2);
        assertThat(cli.err()).contains("error: TASKER-C101", "nope.toml").doesNotContain("\tat ");
    }

    @Test
    void anUnknownSettingIsAnsweredWithTheNearest() {
        assertThat(cli.run("config", "--local", "--set", "worker.namespce=x")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-C103", "did you mean 'worker.namespace'?");
    }

    @Test
    void aSecretIsNeverShown() {
        assertThat(cli.run("config", "--local", "--set", "database.password=hush"))
                .isZero();
        assertThat(cli.out()).contains("database.password").doesNotContain("hush");
    }

    @Test
    void aBrokenPluginIsListedWithTheReason() throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("plugins")).resolve("geo.jar"), "junk");

        assertThat(cli.run("modules")).isZero();

        assertThat(cli.out()).containsPattern("Plugin +geo +skipped").contains("skipped: TASKER-P103");
    }

    @Test
    void modulesMayBeJson() throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("plugins")).resolve("geo.jar"), "junk");

        assertThat(cli.run("modules", "--json")).isZero();

        assertThat(cli.out()).startsWith("[").contains("\"status\": \"skipped\"");
    }

    @Test
    void aPluginFolderThatIsMissingIsAWrongConfiguration() {
        assertThat(cli.run("modules", "--plugins", "nope")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-P101");
    }

    @Test
    void whatIsNoJsonObjectIsNotPublished() {
        assertThat(cli.run("publish", "order.created", "[1]")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L102", "'[1]'");

        assertThat(cli.input("{\"a\":").run("publish", "order.created", "-")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L102", "on standard input");

        byte[] latin1 = "{\"name\":\"Zo\u00eb\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(cli.input(latin1).run("publish", "order.created", "-")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L102", "is not UTF-8");
    }

    @Test
    void aMalformedTypeOrModeIsNotPublished() {
        assertThat(cli.run("publish", "order created", "{}")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-V101", "event_type");

        assertThat(cli.run("publish", "order.created", "{}", "--mode", "slow")).isEqualTo(2);
        assertThat(cli.err()).contains("durable, fast or broadcast");

        for (String id : List.of("1-1-1-1-1", "7e57ed0c-15ab-4d0c-8000-000000000001")) {
            assertThat(cli.run("publish", "order.created", "{}", "--event-id", id))
                    .isEqualTo(2);
            assertThat(cli.err()).contains("TASKER-V101", "event_id", id);
        }
        assertThat(cli.run("publish", "order.created", "{}", "--correlation-id", "1-1-1-1-1"))
                .isEqualTo(2);
        assertThat(cli.run("publish", "order.created", "{}", "--correlation-id", "7"))
                .isEqualTo(2);
        assertThat(cli.err()).contains("expected a UUID");
    }

    @Test
    void aRuntimeWithoutADurablePathSaysSo() {
        assertThat(cli.run("publish", "order.created", "{}", "--set", "worker.durable-transport=none"))
                .isEqualTo(1);
        assertThat(cli.err()).contains("TASKER-W201");
    }

    @Test
    void aStepForAQueueIsCheckedBeforeTheDatabaseIsAsked() {
        assertThat(cli.run("submit", "charge", "[1]", "--queue")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L102", "'[1]'");
        assertThat(cli.run("submit", " ", "{}", "--queue")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-V101", "handler");
        assertThat(cli.run("submit", "charge", "{}", "--queue", "--attempts", "0"))
                .isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-V101", "max_attempts");
        assertThat(cli.run("submit", "charge", "{}", "--queue", "--timeout-ms", "-1"))
                .isEqualTo(2);
        assertThat(cli.run("submit", "charge", "{}", "--queue", "--wait")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L101", "orchestration_step_results");
        assertThat(cli.run("submit", "charge", "{}", "--queue", "--url", "http://127.0.0.1:9"))
                .isEqualTo(2);
        assertThat(cli.run("submit", "charge", "{}", "--namespace", "shop")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L101", "add --queue");
        assertThat(cli.run("submit", "charge", "{}", "--queue")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-D101");
        assertThat(cli.run("submit", "charge", "{}", "--queue", "--set", "worker.durable-transport=none"))
                .isEqualTo(1);
        assertThat(cli.err()).contains("TASKER-W201");
    }

    @Test
    void aDemonstrationNeedsItsExample() {
        assertThat(cli.run("demo")).isEqualTo(1);
        assertThat(cli.err()).contains("TASKER-L105", folder.resolve("demo").toString());
    }

    @Test
    void aDemonstrationNeedsADurablePath() {
        assertThatThrownBy(() -> DemoCommand.requireDurablePath(ModuleLayer.empty()))
                .hasMessageStartingWith("TASKER-W201")
                .hasMessageContaining("-Dtasker.modules=");
    }

    @Test
    void limitsAreChecked() {
        assertThat(cli.run("consume", "--max", "0")).isEqualTo(2);
        assertThat(cli.run("consume", "--visibility-timeout", "0")).isEqualTo(2);
        assertThat(cli.run("consume", "--max-reads", "0")).isEqualTo(2);
        assertThat(cli.run("tail", "--max", "0")).isEqualTo(2);
        assertThat(cli.run("tail", "a..b")).isEqualTo(2);
        assertThat(cli.run("demo", "--rate", "0")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L103", "--rate");
    }

    @Test
    void whatChoosesDeadLettersIsCheckedBeforeTheDatabaseIsAsked() {
        assertThat(cli.run("dead-letters", "list", "--limit", "0")).isEqualTo(2);
        assertThat(cli.run("dead-letters", "list", "--type", "a..b")).isEqualTo(2);
        assertThat(cli.run("dead-letters", "list", "--since", "yesterday")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L103", "'yesterday'", "15m");
        assertThat(cli.run("dead-letters", "list", "--since", "1h", "--until", "2h"))
                .isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-V101", "until");
        assertThat(cli.run("dead-letters", "show", "x")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L103", "'x' is no id");
        assertThat(cli.run("dead-letters", "purge")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L103", "--yes");
        assertThat(cli.run("dead-letters", "replay", "--archive")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L103", "--all");
        assertThat(cli.run("dead-letters", "purge", "--yes", "--verbose")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-D101", "\tat tasker.");
        assertThat(cli.run("queues")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-D101");
    }

    @Test
    void moreIsShownWhenItIsAskedFor() {
        assertThat(cli.run("config", "--local", "--config", "nope.toml", "--verbose"))
                .isEqualTo(2);
        assertThat(cli.err()).contains("\tat tasker.");
    }
}
