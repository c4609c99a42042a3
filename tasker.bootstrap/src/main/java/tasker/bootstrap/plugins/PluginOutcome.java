package tasker.bootstrap.plugins;

import java.nio.file.Path;
import java.util.Optional;

/** Say what became of one jar or folder that should be a plugin. */
public sealed interface PluginOutcome {
    /** What the plugin is called; derived from the place when its jars could not be read. */
    String name();

    /** The jar or folder, absolute. */
    Path place();

    /** What the plugin is, as far as its jars could be read. */
    Optional<PluginDescription> described();

    /**
     * Hold a plugin that is loaded.
     *
     * @param plugin to be closed when it is no longer used
     */
    record Loaded(Plugin plugin) implements PluginOutcome {
        @Override
        public String name() {
            return plugin.name();
        }

        @Override
        public Path place() {
            return plugin.description().place();
        }

        @Override
        public Optional<PluginDescription> described() {
            return Optional.of(plugin.description());
        }
    }

    /**
     * Hold the reason why there is no plugin.
     *
     * @param name what the plugin would be called
     * @param place the jar or folder, absolute
     * @param refusal why it was not loaded
     * @param described what it is, as far as its jars could be read
     */
    record Refused(String name, Path place, Refusal refusal, Optional<PluginDescription> described)
            implements PluginOutcome {}
}
