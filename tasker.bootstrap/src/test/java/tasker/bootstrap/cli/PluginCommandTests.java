package tasker.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.bootstrap.plugins.TestJars;

class PluginCommandTests {
    @TempDir
    Path folder;

    @TempDir
    Path work;

    private Path plugins;
    private TestCli cli;

    @BeforeEach
    void prepare() throws IOException {
        plugins = Files.createDirectory(folder.resolve("plugins"));
        cli = new TestCli(folder);
    }

    @Test
    void pluginsAreListedWithWhatTheyProvideAndWhyTheyAreRefused() throws IOException {
        plugin(plugins.resolve("geo-1.2.jar"), "geo", "");
        Files.writeString(plugins.resolve("junk.jar"), "this is no jar");

        assertThat(cli.run("plugins", "list")).isZero();

        assertThat(cli.out())
                .containsPattern("geo +1.2 +loaded +StepHandler +[0-9a-f]{12} +" + plugins.resolve("geo-1.2.jar"))
                .containsPattern("junk +- +refused +- +[0-9a-f]{12} +")
                .contains("refused: TASKER-P103 plugin 'junk'");
    }

    @Test
    void noPluginIsSaid() {
        assertThat(cli.run("plugins", "list", "--json")).isZero();
        assertThat(cli.out()).isEqualTo("[]\n");
        assertThat(cli.err()).contains("no plugin in", plugins.toString());
    }

    @Test
    void aPluginIsExplainedDownToWhatMeetsEachRequirement() {
        plugin(plugins.resolve("geo-1.2.jar"), "geo", "Tasker-Requires: maps");
        plugin(plugins.resolve("maps.jar"), "maps", "Tasker-Requires: earth [2.0,3.0)");

        assertThat(cli.run("plugins", "explain", "geo")).isZero();

        assertThat(cli.out().lines())
                .anyMatch(line -> line.equals("geo 1.2  refused"))
                .anyMatch(line -> line.matches("  geo-1.2.jar  \\d+ bytes  sha256 [0-9a-f]{64}"))
                .anyMatch(line -> line.equals("      provides StepHandler with geo.Handler"))
                .anyMatch(line -> line.equals("  requires plugin maps, by plugin geo: not met"))
                .anyMatch(line -> line.equals(
                        "  requires module tasker.events.api, by module geo in geo-1.2.jar: met by" + " this runtime"))
                .anyMatch(line -> line.startsWith("  > TASKER-P115 plugin 'geo' 1.2 requires plugin 'maps'"))
                .anyMatch(line -> line.startsWith("  >   TASKER-P113 plugin 'maps' requires plugin 'earth [2.0,3.0)'"));
    }

    @Test
    void aPluginThatIsNotThereIsAnsweredWithThoseThatAre() {
        plugin(plugins.resolve("geo-1.2.jar"), "geo", "");

        assertThat(cli.run("plugins", "explain", "goe")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L107 there is no plugin 'goe'; those there are geo");
    }

    @Test
    void aJarIsVerifiedAgainstWhatIsInstalledWithoutInstallingIt() {
        plugin(plugins.resolve("maps.jar"), "maps", "Implementation-Version: 1.0");
        Path geo = plugin(folder.resolve("geo-1.2.jar"), "geo", "Tasker-Requires: maps 1.0");
        Path next = plugin(folder.resolve("maps-2.0.jar"), "maps", "Tasker-Requires: earth");

        assertThat(cli.run("plugins", "verify", "geo-1.2.jar")).isZero();
        assertThat(cli.out()).startsWith("geo 1.2  loaded").contains(geo.toString(), "met by maps 1.0 in");

        assertThat(cli.run("plugins", "verify", "geo-1.2.jar", next.toString())).isEqualTo(1);
        assertThat(cli.out()).contains("geo 1.2  refused", "maps 2.0  refused", "> TASKER-P113");

        assertThat(cli.run("plugins", "verify", "none.jar")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-L103 there is no 'none.jar'");
    }

    @Test
    void onlyWhatIsAllowedIsVerifiedAndJsonTellsTheDigest() {
        plugin(folder.resolve("geo-1.2.jar"), "geo", "");

        assertThat(cli.run(
                        "plugins",
                        "verify",
                        "geo-1.2.jar",
                        "--json",
                        "--set",
                        "plugins.allowed-sha256=" + "0".repeat(64)))
                .isEqualTo(1);

        Map<String, Object> view = JsonValues.objects(cli.out()).getFirst();
        assertThat(view).containsEntry("name", "geo").containsEntry("status", "refused");
        assertThat(JsonValues.members(view.get("refusal"))).containsEntry("code", "TASKER-P125");
        assertThat(JsonValues.text(JsonValues.members(view.get("refusal")), "cause"))
                .contains(JsonValues.text(view, "sha256"));
    }

    private Path plugin(Path jar, String module, String manifest) {
        TestJars jars = new TestJars(work);
        Path classes = jars.compile(
                module,
                Map.of(
                        "module-info.java",
                        TestJars.descriptor(module, ""),
                        module + "/Handler.java",
                        TestJars.handler(module, "\"" + module + "\"")));
        return jars.jar(jar, TestJars.withManifest(classes, manifest));
    }
}
