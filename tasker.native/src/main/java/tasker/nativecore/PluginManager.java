package tasker.nativecore;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import tasker.events.api.TaskerException;

/**
 * See and change the plugins of a running worker; safe for use by many threads.
 *
 * <p>The core takes and gives back module layers ({@link WorkerLayers}); where plugins lie, and how they are loaded, is
 * known to whoever assembles the worker and gives an implementation to the {@link WorkerSystemBuilder#plugins builder}.
 * Without one there are no plugins, and each change says that it is not possible. A plugin's code has every right of
 * the worker's: who may change plugins may do all that the worker can.
 */
public interface PluginManager {
    /** Show no plugins, and refuse every change with {@code TASKER-W212}. */
    static PluginManager unsupported() {
        return new PluginManager() {
            @Override
            public List<PluginStatus> all() {
                return List.of();
            }

            @Override
            public PluginStatus install(String fileName, InputStream jar) {
                throw refusal();
            }

            @Override
            public PluginStatus replace(String name, InputStream jar) {
                throw refusal();
            }

            @Override
            public PluginStatus stop(String name) {
                throw refusal();
            }

            @Override
            public PluginStatus start(String name) {
                throw refusal();
            }

            @Override
            public PluginStatus remove(String name) {
                throw refusal();
            }

            private TaskerException refusal() {
                return new TaskerException(
                        "TASKER-W212",
                        "the plugins of this worker cannot be changed while it runs: the program that embeds it has not"
                                + " said how; start it with 'tasker run', or give the builder its plugins");
            }
        };
    }

    /** Every plugin, by its name. */
    List<PluginStatus> all();

    /** The plugin of this name; empty when there is none. */
    default Optional<PluginStatus> find(String name) {
        return all().stream().filter(plugin -> plugin.name().equals(name)).findFirst();
    }

    /** A report of each plugin that has failed, to be listed with the providers. */
    default List<ProviderReport> reports() {
        return List.of();
    }

    /**
     * Load a new plugin, start it, and put its jar into the plugin folder. When it cannot be loaded or started, nothing
     * of it stays.
     *
     * @param fileName what the jar is called in the plugin folder: a plain name that ends in {@code .jar}
     * @param jar read to its end, and not closed
     * @throws TaskerException when the jar or the file name is refused, or the plugin is there already, does not load
     *     or does not start
     * @throws IOException when {@code jar} cannot be read, or the plugin folder cannot be written
     */
    PluginStatus install(String fileName, InputStream jar) throws IOException;

    /**
     * Put a new version in the place of a plugin, running or not. The new one is loaded and checked before the old one
     * is stopped; when it does not start, the old one is put back. Steps that wait go on with the new one.
     *
     * @throws TaskerException when the jar is refused, there is no such plugin, others need it, or the new one does not
     *     load or start
     * @throws IOException when {@code jar} cannot be read, or the plugin folder cannot be written
     */
    PluginStatus replace(String name, InputStream jar) throws IOException;

    /**
     * Let a plugin end what it has begun, and unload it; its jar stays where it is, so that the next start of the
     * worker loads it again. Does nothing when it is stopped already.
     *
     * @throws TaskerException when there is no such plugin, others need it, or it carries the worker's events
     */
    PluginStatus stop(String name);

    /**
     * Load a plugin that is stopped, has failed, or was put into the plugin folder since, and start it. Does nothing
     * when it is active already.
     *
     * @throws TaskerException when there is no such plugin, or it does not load or start
     */
    PluginStatus start(String name);

    /**
     * Stop a plugin and delete its jar.
     *
     * @return how it stood last
     * @throws TaskerException as {@link #stop} does, and when it is a folder, which only a person deletes
     * @throws IOException when its jar cannot be deleted
     */
    PluginStatus remove(String name) throws IOException;
}
