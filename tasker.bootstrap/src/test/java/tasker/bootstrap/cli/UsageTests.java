package tasker.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTests {
    @TempDir
    Path folder;

    private TestCli cli;

    @BeforeEach
    void prepare() {
        cli = new TestCli(folder);
    }

    @Test
    void helpListsEveryCommandAndExitCode() {
        assertThat(cli.run("--help")).isZero();
        assertThat(cli.out())
                .contains(
                        "run ",
                        "demo ",
                        "publish ",
                        "submit ",
                        "tail ",
                        "consume ",
                        "queues ",
                        "top ",
                        "dead-letters ",
                        "health ",
                        "metrics ",
                        "config ",
                        "modules ",
                        "plugins ")
                .contains("Exit codes:", "130");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run", "demo", "publish", "submit", "tail", "consume", "queues", "top", "health", "metrics", "config",
                "modules"
            })
    void everyCommandHasHelp(String command) {
        assertThat(cli.run(command, "--help")).isZero();
        assertThat(cli.out()).contains("Usage: tasker " + command, "--verbose");
        assertThat(cli.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "show", "replay", "purge"})
    void everyCommandOfAGroupHasHelp(String command) {
        assertThat(cli.run("dead-letters", "--help")).isZero();
        assertThat(cli.out()).contains("Usage: tasker dead-letters", "Commands:", "  " + command + " ");

        assertThat(cli.run("dead-letters", command, "--help")).isZero();
        assertThat(cli.out()).contains("Usage: tasker dead-letters " + command, "--queue", "--json", "--verbose");
        assertThat(cli.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "explain", "verify"})
    void everyCommandForPluginsHasHelp(String command) {
        assertThat(cli.run("plugins", command, "--help")).isZero();
        assertThat(cli.out()).contains("Usage: tasker plugins " + command, "--json", "--plugins", "--verbose");
        assertThat(cli.err()).isEmpty();
    }

    @Test
    void aGroupNeedsOneOfItsCommands() {
        assertThat(cli.run("plugins")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L101", "list, explain, verify");
        assertThat(cli.run("dead-letters")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L101", "list, show, replay, purge");
        assertThat(cli.run("dead-letters", "lsit")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L101", "tasker dead-letters --help");
    }

    @Test
    void theVersionIsShown() {
        assertThat(cli.run("--version")).isZero();
        assertThat(cli.out()).startsWith("tasker ");
    }

    @Test
    void withoutACommandThereIsHelpOnStandardErrorAndAnError() {
        assertThat(cli.run()).isEqualTo(2);
        assertThat(cli.err()).contains("Usage: tasker");
        assertThat(cli.out()).isEmpty();
    }

    @Test
    void anUnknownCommandIsAnsweredWithTheKnownOnes() {
        assertThat(cli.run("rnu")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L101", "'rnu'", "run, demo, publish");
    }

    @Test
    void anUnknownOptionIsAnsweredWithTheHelpOfItsCommand() {
        assertThat(cli.run("run", "--namespcae", "x")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L101", "--namespcae", "tasker run --help");
    }

    @Test
    void anOptionBeforeTheCommandIsExplained() {
        assertThat(cli.run("--namespace", "x", "run")).isEqualTo(2);
        assertThat(cli.err()).contains("options stand after the command");
    }

    @Test
    void aSettingWithoutAValueIsExplained() {
        assertThat(cli.run("config", "--local", "--set", "worker.namespace")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L101", "--set KEY=VALUE");
    }

    @Test
    void aWrongAddressIsExplained() {
        assertThat(cli.run("health", "--url", "localhost:8081")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L103", "http://127.0.0.1:8081");
    }
}
