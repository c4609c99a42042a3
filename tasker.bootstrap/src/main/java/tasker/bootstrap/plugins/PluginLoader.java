package tasker.bootstrap.plugins;

import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolutionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tasker.events.api.TaskerException;
import tasker.nativecore.ProviderReport;
import tasker.nativecore.ProviderReport.Status;

/**
 * Load plugins, each in a module layer of its own under a parent layer.
 *
 * <p>A plugin sees the parent's modules and its own libraries, never another plugin's. One that cannot be loaded, for
 * whatever reason, is reported and spoils nothing. For use by one thread.
 */
public final class PluginLoader {
    private final ModuleLayer parent;

    /** Load plugins under this layer, whose modules they share. */
    public PluginLoader(ModuleLayer parent) {
        this.parent = parent;
    }

    /** Load one plugin: a jar, or a folder whose jars at the top level belong together. */
    public LoadedPlugins load(Path place) {
        try {
            return new LoadedPlugins(List.of(define(place)), List.of());
        } catch (TaskerException e) {
            return skipped(place, String.valueOf(e.getMessage()));
        } catch (Throwable e) {
            // A plugin is foreign: whatever its jars make the runtime throw, the worker goes on without it.
            return skipped(place, "TASKER-P109 plugin '" + name(place) + "' cannot be loaded: " + e);
        }
    }

    private ModuleLayer define(Path place) throws IOException {
        String plugin = name(place);
        List<Path> jars = Files.isDirectory(place) ? PluginFolder.jars(place) : List.of(place);
        if (jars.isEmpty()) {
            throw new TaskerException(
                    "TASKER-P102",
                    "plugin '" + plugin + "' holds no jar; put its jars into " + place
                            + " itself, or remove the folder");
        }
        PluginModules modules = PluginModules.read(plugin, jars, parent);
        new PluginChecks(plugin, modules, parent).run();
        try {
            Configuration resolved =
                    parent.configuration().resolveAndBind(modules.finder(), ModuleFinder.of(), modules.names());
            return parent.defineModulesWithOneLoader(resolved, ClassLoader.getSystemClassLoader());
        } catch (FindException | ResolutionException | LayerInstantiationException e) {
            throw new TaskerException(
                    "TASKER-P109",
                    "the modules of plugin '" + plugin + "' do not fit together: " + e.getMessage()
                            + "; a package may stand in one module only, so leave out one of the jars in " + place,
                    e);
        }
    }

    private static LoadedPlugins skipped(Path place, String problem) {
        Path file = place.toAbsolutePath().normalize();
        ProviderReport report = new ProviderReport(
                "Plugin",
                Optional.of(name(place)),
                String.valueOf(file.getFileName()),
                Optional.empty(),
                Optional.empty(),
                file.toString(),
                Status.SKIPPED,
                Optional.of(problem));
        return new LoadedPlugins(List.of(), List.of(report));
    }

    private static String name(Path place) {
        String file = String.valueOf(place.getFileName());
        return file.endsWith(".jar") ? file.substring(0, file.length() - ".jar".length()) : file;
    }
}
