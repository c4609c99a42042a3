package tasker.bootstrap.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.nativecore.PluginState;
import tasker.nativecore.PluginStatus;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

/** How plugins are changed while a worker runs, and the folder is followed. */
class RunningPluginsTests {
    private static final Configuration SETTINGS = Configuration.builder()
            .flag("worker.durable-transport", "none", "test")
            .flag("observability.enabled", "false", "test")
            .build();

    @TempDir
    private Path root;

    private Path folder;
    private TestJars jars;
    private RunningPlugins plugins;
    private WorkerSystem worker;
    private int number;

    @BeforeEach
    void start() throws IOException {
        folder = Files.createDirectory(root.resolve("plugins"));
        jars = new TestJars(Files.createDirectory(root.resolve("work")));
        plugins = new RunningPlugins(
                new PluginLoader(ModuleLayer.boot(), PluginStore.in(root.resolve("copies")), PluginVerification.NONE),
                List.of(folder),
                folder,
                () -> SETTINGS,
                Duration.ofMinutes(5));
        worker = WorkerSystem.builder(SETTINGS)
                .layers(plugins.layers())
                .plugins(plugins)
                .build();
        plugins.bind(worker);
        worker.start();
    }

    @AfterEach
    void stop() {
        worker.close();
        plugins.close();
    }

    @Test
    void aPluginIsInstalledReplacedStoppedStartedAndRemoved() throws Exception {
        assertThat(install("geo.jar", "geo", "1").state()).isInstanceOf(PluginState.Active.class);
        assertThat(answer("geo")).isEqualTo("1");
        assertThat(folder.resolve("geo.jar")).exists();

        try (InputStream next = jar("geo", "2")) {
            assertThat(plugins.replace("geo", next).version()).contains("2");
        }
        assertThat(answer("geo")).isEqualTo("2");

        assertThat(plugins.stop("geo").state()).isEqualTo(new PluginState.Stopped(""));
        assertThat(isThere("geo")).isFalse();
        assertThat(folder.resolve("geo.jar")).exists();

        assertThat(plugins.start("geo").state()).isInstanceOf(PluginState.Active.class);
        assertThat(answer("geo")).isEqualTo("2");

        assertThat(plugins.remove("geo").name()).isEqualTo("geo");
        assertThat(isThere("geo")).isFalse();
        assertThat(plugins.all()).isEmpty();
        assertThat(filesIn(folder)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../geo.jar", "geo.zip", "", ".geo.jar", "a/geo.jar", "geo.jar\0", "/tmp/geo.jar"})
    void aFileNameThatLeadsElsewhereIsRefused(String name) {
        assertThatThrownBy(() -> install(name, "geo", "1")).hasMessageContaining("TASKER-P131");
        assertThat(filesIn(root)).noneMatch(file -> file.endsWith("geo.jar"));
    }

    @Test
    void whatDoesNotLoadOrStartLeavesNothingBehind() throws Exception {
        assertThatThrownBy(() -> plugins.install("junk.jar", new ByteArrayInputStream(new byte[] {1, 2, 3})))
                .hasMessageContaining("TASKER-P103");
        InputStream broken = jar(
                "broken",
                "1",
                "public void start(tasker.events.api.spi.WorkerContext context) {"
                        + " throw new IllegalStateException(\"no licence\"); }");
        assertThatThrownBy(() -> plugins.install("broken.jar", broken)).hasMessageContaining("no licence");

        assertThat(plugins.all()).isEmpty();
        assertThat(filesIn(folder)).isEmpty();
    }

    @Test
    void aReplacementThatDoesNotStartLeavesTheOldOneAsItWas() throws Exception {
        install("geo.jar", "geo", "1");
        byte[] before = Files.readAllBytes(folder.resolve("geo.jar"));
        InputStream broken = jar(
                "geo",
                "2",
                "public void start(tasker.events.api.spi.WorkerContext context) {"
                        + " throw new IllegalStateException(\"no licence\"); }");

        assertThatThrownBy(() -> plugins.replace("geo", broken)).hasMessageContainingAll("TASKER-P225", "runs again");

        assertThat(answer("geo")).isEqualTo("1");
        assertThat(plugins.find("geo").orElseThrow().state()).isInstanceOf(PluginState.Active.class);
        assertThat(Files.readAllBytes(folder.resolve("geo.jar"))).isEqualTo(before);
    }

    @Test
    void aNewPluginOfAKnownNameOrFileAndAnUnknownOneAreRefused() throws Exception {
        install("geo.jar", "geo", "1");

        assertThatThrownBy(() -> install("geo.jar", "other", "1")).hasMessageContaining("TASKER-P132");
        assertThatThrownBy(() -> plugins.replace("geo", jar("other", "1\nTasker-Plugin: other")))
                .hasMessageContaining("TASKER-P134");
        assertThatThrownBy(() -> plugins.stop("maps")).hasMessageContainingAll("TASKER-P130", "geo");
        assertThat(answer("geo")).isEqualTo("1");
    }

    @Test
    void theWatchedFolderIsFollowed() throws Exception {
        PluginWatch watch = new PluginWatch(plugins);
        put("geo.jar", "geo", "1");
        watch.look();
        assertThat(isThere("geo"))
                .as("after the first look, when it may be half copied")
                .isFalse();
        watch.look();
        assertThat(answer("geo")).isEqualTo("1");

        put("geo.jar", "geo", "2");
        watch.look();
        watch.look();
        assertThat(answer("geo")).isEqualTo("2");

        Files.delete(folder.resolve("geo.jar"));
        watch.look();
        watch.look();
        assertThat(isThere("geo")).isFalse();
        assertThat(plugins.all()).isEmpty();
    }

    @Test
    void whatFailsInTheWatchedFolderIsListedAndTriedAgainWhenItChanges() throws Exception {
        PluginWatch watch = new PluginWatch(plugins);
        Files.writeString(folder.resolve("geo.jar"), "junk");
        Files.writeString(folder.resolve("geo.jar.tmp"), "not looked at");
        watch.look();
        watch.look();
        PluginStatus failed = plugins.find("geo").orElseThrow();
        assertThat(failed.state())
                .isInstanceOfSatisfying(
                        PluginState.Failed.class,
                        state -> assertThat(state.cause()).contains("TASKER-P103"));
        assertThat(worker.providers())
                .anySatisfy(report -> assertThat(report.problem()).contains(cause(failed)));
        watch.look();
        assertThat(plugins.find("geo").orElseThrow().since())
                .as("not tried again")
                .isEqualTo(failed.since());

        put("geo.jar", "geo", "1");
        watch.look();
        watch.look();
        assertThat(answer("geo")).isEqualTo("1");
        assertThat(worker.providers())
                .noneSatisfy(report -> assertThat(report.service()).isEqualTo("Plugin"));
    }

    @Test
    void fiftyTimesInARowNothingOfAPluginStays() throws Exception {
        for (int i = 0; i < 50; i++) {
            awaitGone(loaderOfOneThatCameAndWent());
        }
        assertThat(openFilesBelow(root)).isEmpty();
        assertThat(filesIn(root.resolve("copies"))).noneMatch(file -> file.endsWith(".jar"));
        assertThat(worker.metrics().stepsSucceeded()).isEqualTo(100);
    }

    private WeakReference<ClassLoader> loaderOfOneThatCameAndWent() throws Exception {
        install("geo.jar", "geo", "1");
        assertThat(answer("geo")).isEqualTo("1");
        WeakReference<ClassLoader> loader = new WeakReference<>(
                plugins.layers().getFirst().modules().iterator().next().getClassLoader());
        try (InputStream next = jar("geo", "2")) {
            PluginStatus replaced = plugins.replace("geo", next);
            assertThat(replaced.version()).contains("2");
        }
        assertThat(answer("geo")).isEqualTo("2");
        PluginStatus removed = plugins.remove("geo");
        assertThat(removed.state()).isEqualTo(new PluginState.Stopped(""));
        return loader;
    }

    private PluginStatus install(String file, String module, String version) throws IOException {
        try (InputStream jar = jar(module, version)) {
            return plugins.install(file, jar);
        }
    }

    private void put(String file, String module, String version) throws IOException {
        try (InputStream jar = jar(module, version)) {
            Path written = root.resolve("written");
            Files.copy(jar, written);
            Files.move(written, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private InputStream jar(String module, String version) throws IOException {
        return jar(module, version, "");
    }

    /** A plugin whose handler is named after its module, and answers with the version. */
    private InputStream jar(String module, String version, String members) throws IOException {
        String source = "package " + module + "; public class Handler implements tasker.events.api.spi.StepHandler {"
                + members + " public String name() { return \"" + module + "\"; }"
                + " public tasker.events.api.StepResult handle(tasker.events.api.spi.StepContext context) {"
                + " return tasker.events.api.StepResult.success(java.util.Map.of(\"version\", \""
                + version.lines().findFirst().orElse("")
                + "\")); } }";
        Path classes = jars.compile(
                module, Map.of("module-info.java", TestJars.descriptor(module, ""), module + "/Handler.java", source));
        Path jar = root.resolve("work").resolve("made-" + ++number + ".jar");
        return Files.newInputStream(
                jars.jar(jar, TestJars.withManifest(classes, "Implementation-Version: " + version)));
    }

    private String answer(String handler) throws InterruptedException {
        StepResult result =
                worker.submit(StepRequest.of(handler, Map.of())).join().result();
        return String.valueOf(((StepResult.Success) result).output().get("version"));
    }

    private boolean isThere(String handler) {
        return worker.health().jvm().get("handlers") instanceof List<?> handlers && handlers.contains(handler);
    }

    private static String cause(PluginStatus plugin) {
        return plugin.state() instanceof PluginState.Failed failed ? failed.cause() : "";
    }

    private static List<String> filesIn(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).map(Path::toString).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> openFilesBelow(Path folder) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.map(RunningPluginsTests::target)
                    .filter(file -> file.startsWith(folder) && file.toString().contains(".jar"))
                    .toList();
        }
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException ignored) {
            // Closed since it was listed.
            return link;
        }
    }

    private static void awaitGone(WeakReference<ClassLoader> loader) {
        BooleanSupplier gone = () -> {
            System.gc();
            return loader.get() == null;
        };
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!gone.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the class loader stays").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
