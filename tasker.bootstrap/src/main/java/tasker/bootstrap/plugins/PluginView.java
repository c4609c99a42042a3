package tasker.bootstrap.plugins;

import java.lang.module.ModuleDescriptor.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tasker.bootstrap.plugins.PluginRequirements.RequiredPlugin;

/**
 * Show what became of a plugin, and how each of its requirements was met or not, to people and machines.
 *
 * @param name what requirements and commands know it by
 * @param version empty when it states none
 * @param status {@code loaded} or {@code refused}
 * @param place the jar or folder
 * @param sha256 the digest of its bytes; empty when they could not be read
 * @param services the services of a worker's that it provides
 * @param jars its jars and their modules
 * @param requirements what it needs
 * @param notes what a person should know about it, though nothing is wrong
 * @param refusal why it was refused, and what that comes from; empty when it was not
 */
public record PluginView(
        String name,
        Optional<String> version,
        String status,
        String place,
        Optional<String> sha256,
        List<PluginService> services,
        List<PluginJar> jars,
        List<Requirement> requirements,
        List<String> notes,
        Optional<Refusal> refusal) {
    /**
     * Show one requirement.
     *
     * @param what is required, such as {@code module java.sql} or {@code plugin maps [1.0,2.0)}
     * @param by the module and jar that require it, or the plugin as a whole
     * @param met what meets it; empty when nothing does
     */
    public record Requirement(String what, String by, Optional<String> met) {}

    /** Copy the lists. */
    public PluginView {
        services = List.copyOf(services);
        jars = List.copyOf(jars);
        requirements = List.copyOf(requirements);
        notes = List.copyOf(notes);
    }

    /**
     * Show one outcome.
     *
     * @param all every outcome, among which the plugins are that it may require
     */
    public static PluginView of(PluginOutcome outcome, LoadedPlugins all) {
        Optional<PluginDescription> described = outcome.described();
        return new PluginView(
                outcome.name(),
                described.flatMap(PluginDescription::version),
                outcome instanceof PluginOutcome.Loaded ? "loaded" : "refused",
                outcome.place().toString(),
                described.map(PluginDescription::sha256),
                described.map(PluginDescription::services).orElse(List.of()),
                described.map(PluginDescription::jars).orElse(List.of()),
                described.map(plugin -> requirements(plugin, all)).orElse(List.of()),
                described.map(PluginDescription::notes).orElse(List.of()),
                outcome instanceof PluginOutcome.Refused refused ? Optional.of(refused.refusal()) : Optional.empty());
    }

    private static List<Requirement> requirements(PluginDescription plugin, LoadedPlugins all) {
        List<Requirement> requirements = new ArrayList<>();
        plugin.requirements()
                .api()
                .ifPresent(range -> requirements.add(new Requirement(
                        ApiVersions.API + " " + range,
                        "plugin " + plugin.name(),
                        ApiVersions.of(ModuleLayer.boot()).served(range))));
        for (RequiredPlugin required : plugin.requirements().plugins()) {
            requirements.add(new Requirement(
                    "plugin " + required,
                    "plugin " + plugin.name(),
                    all.plugins().stream()
                            .filter(other -> other.name().equals(required.name()))
                            .filter(other -> accepts(required, other))
                            .findFirst()
                            .map(other -> other + " in " + other.description().place())));
        }
        for (PluginJar jar : plugin.jars()) {
            jar.module()
                    .filter(module -> !module.shared())
                    .ifPresent(module -> module.requires()
                            .forEach(name -> requirements.add(new Requirement(
                                    "module " + name,
                                    "module " + module.name() + " in " + jar.file(),
                                    metBy(name, plugin, all)))));
        }
        return requirements;
    }

    private static boolean accepts(RequiredPlugin required, Plugin other) {
        Optional<Version> version = other.description().version().flatMap(VersionRange::versionOf);
        return required.versions().equals(VersionRange.ANY)
                || version.filter(required.versions()::contains).isPresent();
    }

    private static Optional<String> metBy(String module, PluginDescription plugin, LoadedPlugins all) {
        Optional<String> own = plugin.jars().stream()
                .filter(jar -> holds(jar, module))
                .map(jar -> "its own " + jar.file())
                .findFirst();
        return own.or(() -> ModuleLayer.boot().findModule(module).map(found -> "this runtime"))
                .or(() -> all.plugins().stream()
                        .filter(other -> plugin.requirements().plugins().stream()
                                .anyMatch(required -> required.name().equals(other.name())))
                        .filter(other -> other.layer().findModule(module).isPresent())
                        .map(other -> "plugin " + other)
                        .findFirst());
    }

    private static boolean holds(PluginJar jar, String module) {
        return jar.module()
                .filter(own -> !own.shared() && own.name().equals(module))
                .isPresent();
    }
}
