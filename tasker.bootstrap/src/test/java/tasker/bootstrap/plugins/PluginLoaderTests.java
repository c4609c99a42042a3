package tasker.bootstrap.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.nativecore.ProviderReport;
import tasker.nativecore.ProviderReport.Status;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

class PluginLoaderTests {
    @TempDir
    Path folder;

    @TempDir
    Path work;

    @TempDir
    Path copies;

    private TestJars jars;
    private PluginStore store;

    @BeforeEach
    void prepare() {
        jars = new TestJars(work);
        store = PluginStore.in(copies);
    }

    @AfterEach
    void deleteCopies() {
        store.close();
        assertThat(copies).isEmptyDirectory();
    }

    @Test
    void aJarIsAPlugin() {
        jars.plugin(folder.resolve("geo.jar"), "geo", "\"find-place\"", "");

        LoadedPlugins loaded = loadAll();

        assertThat(loaded.skipped()).isEmpty();
        assertThat(handlers(loaded)).containsExactly("find-place");
    }

    @Test
    void oneBadPluginSpoilsNoOther() throws IOException {
        Files.writeString(folder.resolve("a-junk.jar"), "this is no jar");
        Files.createFile(folder.resolve("b-empty.jar"));
        jars.plugin(folder.resolve("geo.jar"), "geo", "\"find-place\"", "");

        LoadedPlugins loaded = loadAll();

        assertThat(handlers(loaded)).containsExactly("find-place");
        assertThat(loaded.skipped()).extracting(ProviderReport::provider).containsExactly("a-junk.jar", "b-empty.jar");
        assertThat(loaded.skipped()).allSatisfy(report -> {
            assertThat(report.status()).isEqualTo(Status.SKIPPED);
            assertThat(problem(report)).matches("TASKER-P1(03|10) .*");
        });
    }

    @Test
    void aJarWithoutAnythingProvidesNothing() throws IOException {
        Path jar = folder.resolve("nothing.jar");
        new ZipOutputStream(Files.newOutputStream(jar)).close();

        assertThat(problemOf(jar)).startsWith("TASKER-P108 plugin 'nothing'");
    }

    @Test
    void aPluginForANewerJavaIsNamed() throws IOException {
        int newer = Runtime.version().feature() + 1;
        Path classes = jars.compile(
                "late",
                Map.of(
                        "module-info.java", TestJars.descriptor("late", ""),
                        "late/Handler.java", TestJars.handler("late", "\"late\"")));
        TestJars.setMajorVersion(classes.resolve("late/Handler.class"), newer + 44);
        assertThat(problemOf(jars.jar(folder.resolve("late.jar"), classes)))
                .startsWith("TASKER-P105")
                .contains("class late.Handler", "Java " + newer);

        TestJars.setMajorVersion(classes.resolve("module-info.class"), newer + 44);
        assertThat(problemOf(jars.jar(folder.resolve("later.jar"), classes)))
                .startsWith("TASKER-P105")
                .contains("later.jar", "Java " + newer);
    }

    @Test
    void aMissingModuleIsNamedWithWhatToDo() {
        Path library =
                jars.jar(work.resolve("maps.jar"), jars.compile("maps", Map.of("module-info.java", "module maps {}")));
        Path plugin = jars.plugin(folder.resolve("geo.jar"), "geo", "\"find-place\"", "requires maps;", library);

        assertThat(problemOf(plugin))
                .startsWith("TASKER-P104 plugin 'geo' needs module maps (required by module geo in geo.jar),")
                .contains("put the jar of maps into the plugin's folder");
    }

    @Test
    void aPluginsOwnCopyOfTheContractsIsHidden() throws IOException {
        Path place = Files.createDirectory(folder.resolve("copycat"));
        jars.plugin(place.resolve("copycat.jar"), "copycat", "\"copycat\"", "");
        Path copy = jars.compile(
                "contracts",
                Map.of(
                        "module-info.java", "module tasker.events.api { exports tasker.events.api.spi; }",
                        "tasker/events/api/spi/StepHandler.java",
                                "package tasker.events.api.spi; public interface StepHandler {}"));
        jars.jar(place.resolve("tasker.events.api.jar"), copy);

        assertThat(handlers(loadAll())).containsExactly("copycat");
    }

    @Test
    void contractsPackedIntoAPluginsOwnJarAreRefused() {
        Path classes = jars.compile(
                "shaded",
                Map.of(
                        "module-info.java", "module shaded { exports shaded; }",
                        "shaded/Thing.java", "package shaded; public class Thing {}",
                        "tasker/events/api/spi/StepHandler.java",
                                "package tasker.events.api.spi; public interface StepHandler {}"));

        assertThat(problemOf(jars.jar(folder.resolve("shaded.jar"), classes)))
                .startsWith("TASKER-P106")
                .contains("tasker.events.api.spi of tasker.events.api");
    }

    @Test
    void twoPluginsMayHoldTwoVersionsOfOneLibrary() throws IOException {
        for (String version : List.of("1", "2")) {
            Path place = Files.createDirectory(folder.resolve("plugin" + version));
            Path library = jars.jar(
                    place.resolve("library.jar"),
                    jars.compile(
                            "library",
                            Map.of(
                                    "module-info.java",
                                    "module library { exports library; }",
                                    "library/Version.java",
                                    "package library; public class Version { public static String text() {"
                                            + " return \"version-" + version + "\"; } }")));
            jars.plugin(
                    place.resolve("plugin.jar"),
                    "plugin" + version,
                    "library.Version.text()",
                    "requires library;",
                    library);
        }

        LoadedPlugins loaded = loadAll();

        assertThat(loaded.layers()).hasSize(2);
        assertThat(handlers(loaded)).containsExactlyInAnyOrder("version-1", "version-2");
    }

    @Test
    void aModuleThatLiesTwiceInAFolderIsRefused() throws IOException {
        Path place = Files.createDirectory(folder.resolve("twins"));
        Path jar = jars.plugin(place.resolve("one.jar"), "twins", "\"twins\"", "");
        Files.copy(jar, place.resolve("two.jar"));

        assertThat(problemOf(place)).startsWith("TASKER-P107").contains("one.jar and two.jar");
    }

    @Test
    void aPackageThatLiesInTwoModulesIsRefused() throws IOException {
        Path place = Files.createDirectory(folder.resolve("split"));
        jars.plugin(place.resolve("split.jar"), "split", "\"split\"", "");
        Path classes = jars.compile(
                "other",
                Map.of(
                        "module-info.java", "module other { }",
                        "split/Other.java", "package split; class Other {}"));
        jars.jar(place.resolve("other.jar"), classes);

        assertThat(problemOf(place)).startsWith("TASKER-P118").contains("a package may stand in one module only");
    }

    @Test
    void aFolderWithoutJarsIsNoPluginAndItsSubfoldersAreItsOwn() throws IOException {
        Path place = Files.createDirectories(folder.resolve("server"));
        Path inner = Files.createDirectories(place.resolve("postgres"));
        Files.writeString(inner.resolve("not-mine.jar"), "junk");
        assertThat(problemOf(place)).startsWith("TASKER-P102").contains("'server'");

        jars.plugin(place.resolve("server.jar"), "server", "\"serve\"", "");
        assertThat(handlers(loadAll())).containsExactly("serve");
    }

    @Test
    void aJarWithoutADescriptorIsAPluginByItsServicesFile() {
        Path classes = jars.compile("plain", Map.of("plain/Handler.java", TestJars.handler("plain", "\"plain\"")));
        jars.jar(folder.resolve("plain-1.2.jar"), TestJars.withHandler(classes, "plain.Handler"));

        LoadedPlugins loaded = loadAll();

        assertThat(handlers(loaded)).containsExactly("plain");
        assertThat(loaded.plugins()).singleElement().satisfies(plugin -> {
            assertThat(plugin).hasToString("plain 1.2");
            assertThat(plugin.description().notes())
                    .anyMatch(note -> note.startsWith("plain-1.2.jar has no module-info"));
        });
    }

    @Test
    void aJarForSeveralReleasesIsReadAsThisOneDoes() throws IOException {
        Path classes = jars.compile(
                "multi",
                Map.of(
                        "module-info.java", TestJars.descriptor("multi", ""),
                        "multi/Handler.java", TestJars.handler("multi", "\"multi\"")));
        int newer = Runtime.version().feature() + 1;
        Path forNewer = Files.createDirectories(classes.resolve("META-INF/versions/" + newer + "/multi"));
        Files.copy(classes.resolve("multi/Handler.class"), forNewer.resolve("Handler.class"));
        TestJars.setMajorVersion(forNewer.resolve("Handler.class"), newer + 44);
        Path forThis = Files.createDirectories(classes.resolve("META-INF/versions/9"));
        Files.move(classes.resolve("module-info.class"), forThis.resolve("module-info.class"));
        jars.jar(folder.resolve("multi.jar"), TestJars.withManifest(classes, "Multi-Release: true"));

        LoadedPlugins loaded = loadAll();

        assertThat(loaded.skipped()).isEmpty();
        assertThat(handlers(loaded)).containsExactly("multi");
    }

    @Test
    void theOriginalMayGoAndClosingLetsGoOfEveryFile() throws Exception {
        Path classes = jars.compile(
                "geo",
                Map.of(
                        "module-info.java",
                        TestJars.descriptor("geo", ""),
                        "geo/Handler.java",
                        TestJars.handler(
                                "geo",
                                "new java.util.Scanner(Handler.class.getResourceAsStream(\"name.txt\")).nextLine()")));
        Files.writeString(classes.resolve("geo/name.txt"), "find-place");
        Path original = jars.jar(folder.resolve("geo.jar"), classes);

        LoadedPlugins loaded = loadAll();
        Files.delete(original);
        assertThat(handlers(loaded)).containsExactly("find-place");
        assertThat(openFilesIn(copies)).isNotEmpty();
        Plugin plugin = loaded.plugins().getFirst();
        ClassLoader loader = plugin.layer().findLoader("geo");

        loaded.close();

        assertThat(openFilesIn(copies)).isEmpty();
        assertThat(plugin.isClosed()).isTrue();
        assertThatThrownBy(() -> loader.loadClass("geo.Other")).isInstanceOf(ClassNotFoundException.class);
    }

    @Test
    void whatAKilledProcessLeftBehindIsDeletedAndWhatALiveOneUsesIsNot() throws IOException {
        Files.createDirectories(copies.resolve("dead/1"));
        Files.createFile(copies.resolve("dead/1/old.jar"));
        Files.createFile(copies.resolve("dead.lock"));
        jars.plugin(folder.resolve("geo.jar"), "geo", "\"find-place\"", "");
        try (PluginStore live = PluginStore.in(copies)) {
            LoadedPlugins theirs = new PluginLoader(ModuleLayer.boot(), live, PluginVerification.NONE)
                    .load(PluginFolder.places(List.of(folder)));
            assertThat(copies.resolve("dead")).doesNotExist();
            assertThat(copies.resolve("dead.lock")).doesNotExist();

            loadAll();

            assertThat(handlers(theirs)).containsExactly("find-place");
        }
    }

    @Test
    void copiesThatOthersCouldChangeAreNotUsed() throws IOException {
        Files.setPosixFilePermissions(copies, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path geo = jars.plugin(folder.resolve("geo.jar"), "geo", "\"find-place\"", "");

        assertThat(problemOf(geo)).contains("TASKER-P119", "can be used by other accounts", "plugins.work-directory");
    }

    /** The files below a folder that this process has open, which Linux lists. */
    private static List<Path> openFilesIn(Path folder) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.map(PluginLoaderTests::target)
                    .filter(file -> file.startsWith(folder) && file.toString().contains(".jar"))
                    .toList();
        }
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException e) {
            return link;
        }
    }

    private String problemOf(Path place) {
        LoadedPlugins loaded = loader().load(List.of(place));
        assertThat(loaded.layers()).isEmpty();
        return problem(loaded.skipped().getFirst());
    }

    private LoadedPlugins loadAll() {
        return loader().load(PluginFolder.places(List.of(folder)));
    }

    private PluginLoader loader() {
        return new PluginLoader(ModuleLayer.boot(), store, PluginVerification.NONE);
    }

    private static String problem(ProviderReport report) {
        return report.problem().orElse("");
    }

    /** What a worker finds in the plugins, apart from what else this process may hold. */
    private List<String> handlers(LoadedPlugins loaded) {
        Configuration configuration = Configuration.builder().build();
        try (WorkerSystem worker = WorkerSystem.builder(configuration)
                .layers(loaded.layers())
                .reports(loaded.skipped())
                .build()) {
            return worker.providers().stream()
                    .filter(report -> report.service().equals("StepHandler"))
                    .filter(report -> report.location().startsWith(folder.toString()))
                    .map(report -> report.name().orElse(""))
                    .toList();
        }
    }
}
