package tasker.bootstrap.plugins;

import java.util.List;
import java.util.Optional;

/**
 * Hold what a plugin states that it needs, beside the modules that its own modules require.
 *
 * @param api the versions of {@code tasker.events.api} that it was made for; empty when it states none
 * @param plugins the plugins whose exported packages it uses
 */
public record PluginRequirements(Optional<VersionRange> api, List<RequiredPlugin> plugins) {
    /** Needs nothing. */
    public static final PluginRequirements NONE = new PluginRequirements(Optional.empty(), List.of());

    /** Copy the list. */
    public PluginRequirements {
        plugins = List.copyOf(plugins);
    }

    /**
     * Name a plugin that another one requires.
     *
     * @param name its name
     * @param versions which of its versions will do
     */
    public record RequiredPlugin(String name, VersionRange versions) {
        @Override
        public String toString() {
            return versions.equals(VersionRange.ANY) ? name : name + " " + versions;
        }
    }
}
