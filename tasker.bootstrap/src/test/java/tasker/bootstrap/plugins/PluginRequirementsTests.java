package tasker.bootstrap.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** State what a plugin needs, and see whether it is met. */
class PluginRequirementsTests {
    @TempDir
    Path root;

    private PluginBench bench;

    @BeforeEach
    void prepare() {
        bench = new PluginBench(root);
    }

    @AfterEach
    void deleteCopies() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.0", "2.3", "1.0", "[1.0,2.0)", "(,9.0]", "[2.3]", "[2.3,3.0)", "0.5"})
    void theCurrentAndThePreviousMajorVersionOfTheContractsAreServed(String range) {
        bench.plugin("geo", "Tasker-Api: " + range);

        assertThat(bench.handlers(bench.loadOn("2.3"))).containsExactly("geo");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[0.1,1.0) | use a newer version of the plugin",
                "2.4       | use a newer runtime",
                "(2.3,3.0) | use a newer runtime",
                "[3.0,4.0) | use a newer runtime"
            })
    void otherVersionsOfTheContractsAreRefusedWithWhatToDo(String range, String remedy) {
        bench.plugin("geo", "Tasker-Api: " + range);

        Refusal refusal = PluginBench.refusal(bench.loadOn("2.3"), "geo");

        assertThat(refusal.code()).isEqualTo("TASKER-P112");
        assertThat(refusal.cause())
                .isEqualTo(
                        "plugin 'geo' is made for tasker.events.api " + range + ", and this runtime serves 1.0 to 2.3");
        assertThat(refusal.remedy()).startsWith(remedy);
    }

    @Test
    void whatStatesNoRangeIsJudgedByTheContractsThatItWasCompiledAgainst() {
        bench.plugin("geo", "");

        assertThat(bench.handlers(bench.loadOn("0.9"))).containsExactly("geo");
        assertThat(bench.loadOn("0.0.1").plugins().getFirst().description().notes())
                .anyMatch(note -> note.contains("newer than this runtime's 0.0.1"));
        assertThat(PluginBench.refusal(bench.loadOn("2.0"), "geo").code()).isEqualTo("TASKER-P112");
    }

    @Test
    void aPluginUsesThePackagesOfTheOneThatItRequiresWhicheverIsFoundFirst() {
        Path maps = maps("\"from-maps\"", "Implementation-Version: 1.4");
        bench.plugin("atlas", "maps.Map.name()", "requires maps;", "Tasker-Requires: maps [1.0,2.0)", maps);

        LoadedPlugins loaded = bench.load();

        assertThat(loaded.plugins()).extracting(Plugin::name).containsExactly("maps", "atlas");
        assertThat(loaded.plugins().getLast().required()).containsExactly("maps");
        assertThat(bench.handlers(loaded)).containsExactlyInAnyOrder("maps", "from-maps");
    }

    @Test
    void itsOwnCopyOfTheRequiredPluginIsLeftAsideAndNoted() throws IOException {
        Path maps = maps("\"from-maps\"", "");
        Path place = Files.createDirectory(bench.folder.resolve("atlas"));
        Files.move(
                bench.plugin("atlas", "maps.Map.name()", "requires maps;", "Tasker-Requires: maps", maps),
                place.resolve("atlas.jar"));
        Files.copy(maps, place.resolve("maps.jar"));

        LoadedPlugins loaded = bench.load();

        assertThat(bench.handlers(loaded)).containsExactlyInAnyOrder("maps", "from-maps");
        assertThat(loaded.plugins().getLast().description().notes())
                .anyMatch(note -> note.contains("its module maps is left aside"));
    }

    @Test
    void withoutTheRequirementTheModuleIsMissing() {
        Path maps = maps("\"from-maps\"", "");
        bench.plugin("atlas", "maps.Map.name()", "requires maps;", "", maps);

        assertThat(PluginBench.refusal(bench.load(), "atlas").message())
                .startsWith("TASKER-P104")
                .contains("maps (required by module atlas in atlas.jar)");
    }

    @Test
    void aRequiredPluginThatIsNotThereIsNamedWithThoseThatAre() {
        bench.plugin("atlas", "Tasker-Requires: maps 1.0");
        bench.plugin("other", "");

        LoadedPlugins loaded = bench.load();

        assertThat(PluginBench.refusal(loaded, "atlas").message())
                .isEqualTo(
                        "TASKER-P113 plugin 'atlas' requires plugin 'maps 1.0', which is not there; put plugin 'maps'"
                                + " into the plugin folder; those there are other");
        assertThat(bench.handlers(loaded)).containsExactly("other");
    }

    @Test
    void aRequiredPluginOfAnotherVersionIsRefusedAndNamedWithItsPlace() {
        bench.plugin("atlas", "Tasker-Requires: maps [2.0,3.0)");
        bench.plugin("maps", "Implementation-Version: 1.4");

        LoadedPlugins loaded = bench.load();

        assertThat(PluginBench.refusal(loaded, "atlas").message())
                .startsWith("TASKER-P114")
                .contains("'maps [2.0,3.0)', and there is 1.4 in " + bench.folder.resolve("maps.jar"));
        assertThat(bench.handlers(loaded)).containsExactly("maps");
    }

    @Test
    void aFailureIsToldThroughAllThatDependOnIt() throws IOException {
        bench.plugin("a", "Tasker-Requires: b");
        bench.plugin("b", "Tasker-Requires: c");
        Files.writeString(bench.folder.resolve("c.jar"), "this is no jar");
        bench.plugin("d", "");

        LoadedPlugins loaded = bench.load();

        assertThat(bench.handlers(loaded)).containsExactly("d");
        List<String> tree = PluginBench.refusal(loaded, "a").tree();
        assertThat(tree).hasSize(3);
        assertThat(tree.get(0)).startsWith("TASKER-P115 plugin 'a' requires plugin 'b'");
        assertThat(tree.get(1)).startsWith("  TASKER-P115 plugin 'b' requires plugin 'c'");
        assertThat(tree.get(2)).startsWith("    TASKER-P103 plugin 'c' holds c.jar");
    }

    @Test
    void aCircleIsNamedForEachOfItsMembersAndWhoRequiresOneIsNoMember() {
        bench.plugin("a", "Tasker-Requires: b");
        bench.plugin("b", "Tasker-Requires: c");
        bench.plugin("c", "Tasker-Requires: a");
        bench.plugin("d", "Tasker-Requires: a");

        LoadedPlugins loaded = bench.load();

        assertThat(loaded.layers()).isEmpty();
        for (String member : List.of("a", "b", "c")) {
            assertThat(PluginBench.refusal(loaded, member).message())
                    .startsWith("TASKER-P116 plugin '" + member + "'")
                    .contains("a -> b -> c -> a");
        }
        assertThat(PluginBench.refusal(loaded, "d").code()).isEqualTo("TASKER-P115");
    }

    @Test
    void ofTwoPluginsOfOneNameTheFirstIsUsed() {
        bench.plugin(bench.folder.resolve("geo-1.0.jar"), "one", "", "");
        bench.plugin(bench.folder.resolve("geo-2.0.jar"), "two", "", "");

        LoadedPlugins loaded = bench.load();

        assertThat(bench.handlers(loaded)).containsExactly("one");
        assertThat(PluginBench.refusal(loaded, "geo").message())
                .startsWith("TASKER-P111")
                .contains("geo-1.0.jar and ", "geo-2.0.jar");
    }

    @Test
    void aManifestNamesItsPluginAndVersion() {
        bench.plugin(bench.folder.resolve("x.jar"), "geo", "", "Tasker-Plugin: geo\nImplementation-Version: 1.2");

        assertThat(bench.load().plugins()).extracting(Plugin::toString).containsExactly("geo 1.2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Tasker-Api: [2.0,1.0)",
                "Tasker-Api: newest",
                "Tasker-Api: [1.0,",
                "Tasker-Requires: maps 1.0 2.0",
                "Tasker-Requires: a, ,b",
                "Tasker-Plugin: two words"
            })
    void whatIsMalformedIsShown(String attribute) {
        bench.plugin("geo", attribute);

        assertThat(PluginBench.refusal(bench.load(), "geo").message())
                .startsWith("TASKER-P117 plugin 'geo' has '" + attribute + "' in the manifest of geo.jar");
    }

    /** A plugin that exports a class with a name for others. */
    private Path maps(String name, String manifest) {
        Path classes = bench.jars.compile(
                "maps",
                Map.of(
                        "module-info.java",
                        TestJars.descriptor("maps", "exports maps;"),
                        "maps/Handler.java",
                        TestJars.handler("maps", "\"maps\""),
                        "maps/Map.java",
                        "package maps; public class Map { public static String name() { return " + name + "; } }"));
        return bench.jars.jar(bench.folder.resolve("maps.jar"), TestJars.withManifest(classes, manifest));
    }
}
