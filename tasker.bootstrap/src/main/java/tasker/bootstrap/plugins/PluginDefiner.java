package tasker.bootstrap.plugins;

import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolutionException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Check a candidate, and make its module layer under those of the runtime and of the plugins that it requires. */
final class PluginDefiner {
    private final ModuleLayer runtime;
    private final ApiVersions api;

    PluginDefiner(ModuleLayer runtime, ApiVersions api) {
        this.runtime = runtime;
        this.api = api;
    }

    /**
     * Load a candidate, whose files then belong to the plugin.
     *
     * @param required the plugins that it requires, all of them loaded
     * @throws RefusedException when it would not work
     */
    Plugin define(PluginCandidate read, List<Plugin> required) throws IOException {
        List<String> notes = new ArrayList<>();
        api.check(read.description(), read.modules()).ifPresent(notes::add);
        Set<String> shared = new LinkedHashSet<>();
        for (Plugin plugin : required) {
            for (String module : sharedWith(read, plugin)) {
                shared.add(module);
                notes.add("its module " + module + " is left aside: that of plugin '" + plugin.name() + "' is used");
            }
        }
        PluginCandidate candidate = read.with(read.modules().without(shared), notes);
        List<ModuleLayer> parents = Stream.concat(
                        Stream.of(runtime), required.stream().map(Plugin::layer))
                .distinct()
                .toList();
        new PluginChecks(candidate, parents).run();
        return new Plugin(
                candidate.description(),
                layer(candidate, parents),
                required.stream().map(Plugin::name).toList(),
                candidate.copy(),
                candidate.jars());
    }

    /**
     * The modules that a candidate and a plugin that it requires must have in common: those that provide the other's
     * services, and copies that are the same to the byte. Of other libraries each has its own version.
     */
    private static List<String> sharedWith(PluginCandidate candidate, Plugin other) {
        List<String> shared = new ArrayList<>();
        for (PluginJar theirs : other.description().jars()) {
            theirs.module().filter(module -> !module.shared()).ifPresent(module -> {
                Optional<PluginJar> ours = candidate.description().jars().stream()
                        .filter(jar -> jar.module()
                                .filter(own -> own.name().equals(module.name()))
                                .isPresent())
                        .findFirst();
                boolean same =
                        ours.filter(jar -> jar.sha256().equals(theirs.sha256())).isPresent();
                if (ours.isPresent() && (same || !module.services().isEmpty())) {
                    shared.add(module.name());
                }
            });
        }
        return shared;
    }

    private static ModuleLayer layer(PluginCandidate candidate, List<ModuleLayer> parents) {
        PluginModules modules = candidate.modules();
        try {
            Configuration resolved = Configuration.resolveAndBind(
                    modules.finder(),
                    parents.stream().map(ModuleLayer::configuration).toList(),
                    ModuleFinder.of(),
                    modules.names());
            return ModuleLayer.defineModulesWithOneLoader(resolved, parents, ClassLoader.getSystemClassLoader())
                    .layer();
        } catch (FindException | ResolutionException | LayerInstantiationException e) {
            throw new RefusedException(
                    "TASKER-P109",
                    "the modules of plugin '" + candidate.name() + "' do not fit together: " + e.getMessage(),
                    "leave out, or replace, the jar that is named, in "
                            + candidate.description().place(),
                    e);
        }
    }
}
