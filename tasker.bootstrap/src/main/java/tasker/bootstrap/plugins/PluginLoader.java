package tasker.bootstrap.plugins;

import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolutionException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import tasker.events.api.TaskerException;

/**
 * Load plugins, each in a module layer of its own under a parent layer.
 *
 * <p>A plugin sees the parent's modules, its own libraries, and those plugins that it requires. One that cannot be
 * loaded, for whatever reason, is refused and spoils nothing. For use by one thread at a time.
 */
public final class PluginLoader {
    private final ModuleLayer parent;
    private final PluginStore store;

    /** Load plugins under this layer, whose modules they share, from copies in this store. */
    public PluginLoader(ModuleLayer parent, PluginStore store) {
        this.parent = parent;
        this.store = store;
    }

    /** Load the plugins of these places, those that others require first. */
    public LoadedPlugins load(List<Path> places) {
        List<PluginOutcome> outcomes = new ArrayList<>();
        List<Plugin> present = new ArrayList<>();
        for (Path place : places) {
            PluginOutcome outcome = load(place, present);
            outcomes.add(outcome);
            if (outcome instanceof PluginOutcome.Loaded loaded) {
                present.add(loaded.plugin());
            }
        }
        return new LoadedPlugins(outcomes);
    }

    /**
     * Load one plugin: a jar, or a folder whose jars at the top level belong together.
     *
     * @param present the plugins that it may require
     */
    public PluginOutcome load(Path place, Collection<Plugin> present) {
        PluginReader reader = new PluginReader(place, parent, store);
        try {
            PluginCandidate candidate = reader.read();
            try {
                return new PluginOutcome.Loaded(define(candidate));
            } catch (IOException | RuntimeException | Error e) {
                candidate.close();
                throw e;
            }
        } catch (Throwable e) {
            // A plugin is foreign: whatever its jars make the runtime throw, the worker goes on without it.
            return refused(reader, e);
        }
    }

    private Plugin define(PluginCandidate candidate) throws IOException {
        String plugin = candidate.name();
        PluginModules modules = candidate.modules();
        new PluginChecks(candidate, parent).run();
        try {
            Configuration resolved =
                    parent.configuration().resolveAndBind(modules.finder(), ModuleFinder.of(), modules.names());
            ModuleLayer layer = parent.defineModulesWithOneLoader(resolved, ClassLoader.getSystemClassLoader());
            return new Plugin(candidate.description(), layer, List.of(), candidate.copy(), candidate.jars());
        } catch (FindException | ResolutionException | LayerInstantiationException e) {
            throw new RefusedException(
                    "TASKER-P109",
                    "the modules of plugin '" + plugin + "' do not fit together: " + e.getMessage(),
                    "a package may stand in one module only, so leave out one of the jars in "
                            + candidate.description().place(),
                    e);
        }
    }

    private static PluginOutcome refused(PluginReader reader, Throwable thrown) {
        String name = reader.described()
                .map(PluginDescription::name)
                .orElseGet(() -> PluginName.of(reader.place()).name());
        Refusal refusal = switch (thrown) {
            case RefusedException refused -> refused.refusal();
            case TaskerException coded ->
                new Refusal(coded.code(), String.valueOf(coded.getMessage()), "see its reason");
            default ->
                new Refusal(
                        "TASKER-P109",
                        "plugin '" + name + "' cannot be loaded: " + thrown,
                        "repair or remove " + reader.place());
        };
        return new PluginOutcome.Refused(name, reader.place(), refusal, reader.described());
    }
}
