package tasker.bootstrap.assembly;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tasker.bootstrap.logging.LogSettings;
import tasker.bootstrap.logging.LogbackLevels;
import tasker.bootstrap.plugins.LoadedPlugins;
import tasker.bootstrap.plugins.PluginFolder;
import tasker.bootstrap.plugins.PluginLoader;
import tasker.bootstrap.plugins.PluginSettings;
import tasker.bootstrap.plugins.RunningPlugins;
import tasker.events.api.TaskerException;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.WorkerSystemBuilder;
import tasker.nativecore.config.Configuration;

/**
 * Name what a worker is put together from: its configuration and the folders of its plugins.
 *
 * @param configuration the layers of its settings
 * @param home the runtime image
 * @param folders plugin folders beside the configured one
 */
public record Assembly(Configuration configuration, RuntimeHome home, List<Path> folders) {
    /** Copy the list. */
    public Assembly {
        folders = List.copyOf(folders);
    }

    /** The same with one more plugin folder. */
    public Assembly with(Path folder) {
        List<Path> more = new ArrayList<>(folders);
        more.add(folder);
        return new Assembly(configuration, home, more);
    }

    /**
     * Load the plugins and start collecting the worker's parts.
     *
     * @throws TaskerException {@code TASKER-P101} when a plugin folder that was named cannot be listed
     */
    public WorkerSystemBuilder builder() {
        return builder(loadPlugins());
    }

    /** Start collecting the worker's parts, with these plugins. */
    public WorkerSystemBuilder builder(LoadedPlugins plugins) {
        return WorkerSystem.builder(configuration)
                .section(LogSettings.SECTION)
                .section(PluginSettings.SECTION)
                .logLevels(LogbackLevels.ofThisProcess())
                .layers(plugins.layers())
                .reports(plugins.skipped());
    }

    /** Start collecting the worker's parts, with plugins that can be changed while it runs. */
    public WorkerSystemBuilder builder(RunningPlugins plugins) {
        return WorkerSystem.builder(configuration)
                .section(LogSettings.SECTION)
                .section(PluginSettings.SECTION)
                .logLevels(LogbackLevels.ofThisProcess())
                .layers(plugins.layers())
                .plugins(plugins);
    }

    /**
     * Load the plugins of every plugin folder, so that they can be changed while the worker runs.
     *
     * @param now reads the configuration anew
     * @throws TaskerException {@code TASKER-P101} when a plugin folder that was named cannot be listed
     */
    public RunningPlugins runningPlugins(Supplier<Configuration> now) {
        Duration patience = configuration.section(PluginSettings.SECTION).get(PluginSettings.STOP_TIMEOUT);
        return new RunningPlugins(pluginLoader(), pluginFolders(), home.plugins(), now, patience);
    }

    /**
     * Load the plugins of every plugin folder.
     *
     * @throws TaskerException {@code TASKER-P101} when a plugin folder that was named cannot be listed
     */
    public LoadedPlugins loadPlugins() {
        return pluginLoader().load(PluginFolder.places(pluginFolders()));
    }

    /**
     * What loads plugins as configured.
     *
     * @throws TaskerException {@code TASKER-P126} when what verifies plugins cannot be read
     */
    public PluginLoader pluginLoader() {
        return PluginSettings.loader(configuration.section(PluginSettings.SECTION));
    }

    /** Every folder that plugins are loaded from; the image's own may be missing. */
    public List<Path> pluginFolders() {
        List<Path> all = new ArrayList<>();
        configuration
                .section(PluginSettings.SECTION)
                .get(PluginSettings.DIRECTORY)
                .map(Path::of)
                .or(() -> Optional.of(home.plugins()).filter(Files::isDirectory))
                .ifPresent(all::add);
        all.addAll(folders);
        return all;
    }
}
