package tasker.bootstrap.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

/** Build plugins into a folder of their own, load them, and say what a worker finds in them. */
final class PluginBench implements AutoCloseable {
    final Path folder;
    final TestJars jars;
    private final Path copies;
    private final PluginStore store;

    PluginBench(Path root) {
        try {
            folder = Files.createDirectories(root.resolve("plugins"));
            copies = Files.createTempDirectory(root, "copies");
            jars = new TestJars(Files.createDirectories(root.resolve("work")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        store = PluginStore.in(copies);
    }

    /** A jar with one handler, which is named after its module, and with this manifest. */
    Path plugin(String module, String manifest) {
        return plugin(folder.resolve(module + ".jar"), module, "", manifest);
    }

    /** The same as this jar, with more directives and with libraries to compile against. */
    Path plugin(Path jar, String module, String more, String manifest, Path... libraries) {
        Path classes = jars.compile(
                module,
                Map.of(
                        "module-info.java",
                        TestJars.descriptor(module, more),
                        module + "/Handler.java",
                        TestJars.handler(module, "\"" + module + "\"")),
                libraries);
        return jars.jar(jar, TestJars.withManifest(classes, manifest));
    }

    /** A jar whose handler calls itself what this expression says. */
    Path plugin(String module, String name, String more, String manifest, Path... libraries) {
        Path classes = jars.compile(
                module,
                Map.of(
                        "module-info.java",
                        TestJars.descriptor(module, more),
                        module + "/Handler.java",
                        TestJars.handler(module, name)),
                libraries);
        return jars.jar(folder.resolve(module + ".jar"), TestJars.withManifest(classes, manifest));
    }

    LoadedPlugins load() {
        return load(PluginVerification.NONE);
    }

    LoadedPlugins load(PluginVerification verification) {
        return load(new PluginLoader(ModuleLayer.boot(), store, verification));
    }

    /** Load reading every entry. */
    LoadedPlugins loadThoroughly() {
        return load(new PluginLoader(ModuleLayer.boot(), store, PluginVerification.NONE).thorough());
    }

    /** Load as a runtime with this version of the contracts would. */
    LoadedPlugins loadOn(String version) {
        ApiVersions api = new ApiVersions(Optional.of(Version.parse(version)));
        return load(new PluginLoader(ModuleLayer.boot(), store, PluginVerification.NONE, api, false));
    }

    private LoadedPlugins load(PluginLoader loader) {
        return loader.load(PluginFolder.places(List.of(folder)));
    }

    /** Why the plugin of this name is refused. */
    static Refusal refusal(LoadedPlugins loaded, String name) {
        return loaded.refused().stream()
                .filter(refused -> refused.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("'" + name + "' is not among the refused: " + loaded))
                .refusal();
    }

    /** The names of the handlers that a worker finds in the plugins, in no order. */
    List<String> handlers(LoadedPlugins loaded) {
        try (WorkerSystem worker = WorkerSystem.builder(Configuration.builder().build())
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

    @Override
    public void close() {
        store.close();
        assertThat(copies).isEmptyDirectory();
    }
}
