package tasker.bootstrap.plugins;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleDescriptor.Version;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tell whether a plugin was made for contracts that this runtime has.
 *
 * <p>A runtime serves the versions of {@code tasker.events.api} from the first of the previous major version up to its
 * own. A plugin that states a range is served when one of these lies in it; one that states none, when the version that
 * it was compiled against, which {@code javac} notes in its descriptor, has one of the two major versions.
 *
 * @param current the version of the contracts; empty when it is not known, and then every plugin is served
 */
record ApiVersions(Optional<Version> current) {
    static final String API = "tasker.events.api";
    private static final Pattern MAJOR = Pattern.compile("\\d{1,9}");

    /** The version of the contracts in this layer or its parents. */
    static ApiVersions of(ModuleLayer layer) {
        return new ApiVersions(layer.findModule(API).map(Module::getDescriptor).flatMap(ModuleDescriptor::version));
    }

    /**
     * Refuse what is not served.
     *
     * @return what a person should know about it though it is served, or empty
     * @throws RefusedException {@code TASKER-P112}
     */
    Optional<String> check(PluginDescription plugin, PluginModules modules) {
        if (current.isEmpty()) {
            return Optional.empty();
        }
        Version own = current.get();
        Optional<VersionRange> stated = plugin.requirements().api();
        if (stated.isPresent()) {
            if (!stated.get().meets(first(own), own)) {
                boolean newer = stated.get()
                        .lower()
                        .filter(lower -> lower.compareTo(own) >= 0)
                        .isPresent();
                throw refused(plugin, stated.get().text(), newer);
            }
            return Optional.empty();
        }
        return checkCompiled(plugin, modules, own);
    }

    private Optional<String> checkCompiled(PluginDescription plugin, PluginModules modules, Version own) {
        Optional<Version> compiled = compiled(modules);
        if (compiled.isEmpty()) {
            return Optional.of(
                    "it states no " + PluginManifest.API + ", so nothing tells whether it fits this runtime");
        }
        int major = major(compiled.get());
        if (major > major(own) || major < major(own) - 1) {
            throw refused(plugin, compiled.get().toString(), major > major(own));
        }
        return compiled.get().compareTo(own) <= 0
                ? Optional.empty()
                : Optional.of("it was compiled against " + API + " " + compiled.get() + ", which is newer than this"
                        + " runtime's " + own + ": it may use what is not there");
    }

    /** What serves this range, for people; empty when it is not served. */
    Optional<String> served(VersionRange range) {
        return current.filter(own -> range.meets(first(own), own))
                .map(own -> "this runtime, which serves " + first(own) + " to " + own);
    }

    private RefusedException refused(PluginDescription plugin, String wanted, boolean newer) {
        Version own = current.orElseThrow();
        return new RefusedException(
                "TASKER-P112",
                "plugin '" + plugin.name() + "'"
                        + plugin.version().map(text -> " " + text).orElse("") + " is made for " + API + " " + wanted
                        + ", and this runtime serves " + first(own) + " to " + own,
                newer
                        ? "use a newer runtime, or an older version of the plugin"
                        : "use a newer version of the plugin, or build it again for this runtime");
    }

    private static Optional<Version> compiled(PluginModules modules) {
        return modules.own().stream()
                .flatMap(module -> module.descriptor().requires().stream())
                .filter(required -> required.name().equals(API))
                .map(Requires::compiledVersion)
                .flatMap(Optional::stream)
                .max(Version::compareTo);
    }

    /** The first version that is served. */
    private static Version first(Version own) {
        return Version.parse(Math.max(0, major(own) - 1) + ".0");
    }

    private static int major(Version version) {
        Matcher digits = MAJOR.matcher(version.toString());
        return digits.lookingAt() ? Integer.parseInt(digits.group()) : 0;
    }
}
