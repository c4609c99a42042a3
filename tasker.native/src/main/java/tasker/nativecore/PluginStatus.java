package tasker.nativecore;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Say what a plugin is and how it stands; immutable.
 *
 * @param name what commands and logs know it by
 * @param version what it states; empty when it states none, or could not be read
 * @param place the jar or folder in the plugin folder
 * @param sha256 of its jar, or of the list of its jars; empty when it could not be read
 * @param state where it is in its life
 * @param since when it came into that state
 * @param services the services that it provides: their types and classes
 * @param requires the plugins that it needs
 * @param requiredBy the active plugins that need it
 * @param notes what a person should know about it
 */
public record PluginStatus(
        String name,
        Optional<String> version,
        String place,
        Optional<String> sha256,
        PluginState state,
        Instant since,
        List<String> services,
        List<String> requires,
        List<String> requiredBy,
        List<String> notes) {
    /** Copy the lists. */
    public PluginStatus {
        services = List.copyOf(services);
        requires = List.copyOf(requires);
        requiredBy = List.copyOf(requiredBy);
        notes = List.copyOf(notes);
    }
}
