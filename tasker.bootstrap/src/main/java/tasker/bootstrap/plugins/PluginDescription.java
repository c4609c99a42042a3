package tasker.bootstrap.plugins;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Describe a plugin as its jars do, whether or not it could be loaded.
 *
 * @param name what requirements, commands and logs know it by
 * @param version the version of its main module or manifest; empty when it states none
 * @param place the jar or folder, absolute, as it lies in the plugin folder
 * @param sha256 of a jar, the SHA-256 of its bytes; of a folder, that of the list of its jars as {@code sha256sum}
 *     prints it
 * @param jars its jars, by their names
 * @param requirements what it states that it needs
 * @param notes what a person should know about it, though nothing is wrong
 */
public record PluginDescription(
        String name,
        Optional<String> version,
        Path place,
        String sha256,
        List<PluginJar> jars,
        PluginRequirements requirements,
        List<String> notes) {
    /** Copy the lists. */
    public PluginDescription {
        jars = List.copyOf(jars);
        notes = List.copyOf(notes);
    }

    /** The modules of its own, without those that are shared with others. */
    public List<PluginModule> modules() {
        return jars.stream()
                .flatMap(jar -> jar.module().stream())
                .filter(module -> !module.shared())
                .toList();
    }

    /** The services of a worker's that it provides. */
    public List<PluginService> services() {
        return modules().stream().flatMap(module -> module.services().stream()).toList();
    }
}
