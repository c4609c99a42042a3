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
import tasker.bootstrap.plugins.PluginStore;
import tasker.bootstrap.plugins.RunningPlugins;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.SettingKey;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.WorkerSystemBuilder;
import tasker.nativecore.config.ConfigSection;
import tasker.nativecore.config.Configuration;

/**
 * Name what a worker is put together from: its configuration and the folders of its plugins.
 *
 * @param configuration the layers of its settings
 * @param home the runtime image
 * @param folders plugin folders beside the configured one
 */
public record Assembly(Configuration configuration, RuntimeHome home, List<Path> folders) {
    private static final SettingKey<Optional<String>> DIRECTORY = SettingKey.optionalText(
            "directory",
            "The folder whose jars and folders are loaded as plugins; by default 'plugins' in the runtime image.");

    private static final SettingKey<Optional<String>> WORK_DIRECTORY = SettingKey.optionalText(
            "work-directory",
            "The folder that plugins are copied to before they are loaded, which only the worker's account may use; by"
                    + " default one of its own in the system's folder for temporary files.");

    /** Whether the plugin folders are watched, which only a worker that keeps running does. */
    public static final SettingKey<Boolean> WATCH = SettingKey.flag(
            "watch",
            false,
            "Whether a running worker loads what is put into the plugin folder, replaces what changes there, and stops"
                    + " what is deleted.");

    /** How long to pause between two looks at the plugin folders. */
    public static final SettingKey<Duration> WATCH_PAUSE = SettingKey.millis(
            "watch-pause-ms",
            Duration.ofSeconds(1),
            Duration.ofMillis(10),
            Duration.ofHours(1),
            "How long to pause between two looks at a watched plugin folder; a jar is loaded when two looks in a row"
                    + " find it the same.");

    private static final SettingKey<Duration> STOP_TIMEOUT = SettingKey.millis(
            "stop-timeout-ms",
            Duration.ofSeconds(30),
            Duration.ZERO,
            Duration.ofHours(1),
            "How long a plugin that is stopped or replaced while the worker runs may go on with what it has begun, and"
                    + " then as long again to close.");

    /** The section of the configuration that says where plugins are. */
    public static final ConfigSection PLUGINS =
            new ConfigSection("plugins", List.of(DIRECTORY, WORK_DIRECTORY, WATCH, WATCH_PAUSE, STOP_TIMEOUT));

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
                .section(PLUGINS)
                .logLevels(LogbackLevels.ofThisProcess())
                .layers(plugins.layers())
                .reports(plugins.skipped());
    }

    /** Start collecting the worker's parts, with plugins that can be changed while it runs. */
    public WorkerSystemBuilder builder(RunningPlugins plugins) {
        return WorkerSystem.builder(configuration)
                .section(LogSettings.SECTION)
                .section(PLUGINS)
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
        Duration patience = configuration.section(PLUGINS).get(STOP_TIMEOUT);
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

    /** What loads plugins as configured. */
    public PluginLoader pluginLoader() {
        Optional<Path> work = configuration.section(PLUGINS).get(WORK_DIRECTORY).map(Path::of);
        return new PluginLoader(ModuleLayer.boot(), PluginStore.ofThisProcess(work));
    }

    /** Every folder that plugins are loaded from; the image's own may be missing. */
    public List<Path> pluginFolders() {
        List<Path> all = new ArrayList<>();
        configuration
                .section(PLUGINS)
                .get(DIRECTORY)
                .map(Path::of)
                .or(() -> Optional.of(home.plugins()).filter(Files::isDirectory))
                .ifPresent(all::add);
        all.addAll(folders);
        return all;
    }
}
