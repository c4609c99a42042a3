package tasker.bootstrap.plugins;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * Load plugins, each in a module layer of its own under the runtime's.
 *
 * <p>A plugin sees the runtime's modules, its own libraries, and those plugins that it requires. One that cannot be
 * loaded, for whatever reason, is refused and spoils nothing. For use by one thread at a time.
 */
public final class PluginLoader {
    private final ModuleLayer runtime;
    private final PluginStore store;
    private final PluginVerification verification;
    private final ApiVersions api;
    private final boolean thorough;

    /** Load plugins that pass this verification under this layer, from copies in this store. */
    public PluginLoader(ModuleLayer runtime, PluginStore store, PluginVerification verification) {
        this(runtime, store, verification, ApiVersions.of(runtime), false);
    }

    PluginLoader(
            ModuleLayer runtime,
            PluginStore store,
            PluginVerification verification,
            ApiVersions api,
            boolean thorough) {
        this.runtime = runtime;
        this.store = store;
        this.verification = verification;
        this.api = api;
        this.thorough = thorough;
    }

    /** The same, but reading every entry of every jar, which takes longer and finds more. */
    public PluginLoader thorough() {
        return new PluginLoader(runtime, store, verification, api, true);
    }

    /** Load the plugins of these places, those that others require first. */
    public LoadedPlugins load(List<Path> places) {
        return load(places, List.of());
    }

    /**
     * Load one plugin: a jar, or a folder whose jars at the top level belong together.
     *
     * @param present the plugins that are loaded already, which it may require
     */
    public PluginOutcome load(Path place, Collection<Plugin> present) {
        return load(List.of(place), present).outcomes().getFirst();
    }

    /**
     * Load several plugins, those that others require first.
     *
     * @param present the plugins that are loaded already, which they may require
     */
    public LoadedPlugins load(List<Path> places, Collection<Plugin> present) {
        PluginResolver resolver = new PluginResolver(new PluginDefiner(runtime, api), present);
        for (Path place : places) {
            PluginReader reader = new PluginReader(place, runtime, store, verification, thorough);
            try {
                resolver.add(reader.read());
            } catch (Throwable e) {
                // A plugin is foreign: whatever its jars make the runtime throw, the worker goes on without it.
                String name = reader.described()
                        .map(PluginDescription::name)
                        .orElseGet(() -> PluginName.of(place).name());
                resolver.add(new PluginOutcome.Refused(name, reader.place(), Refusals.of(name, e), reader.described()));
            }
        }
        return new LoadedPlugins(resolver.resolve());
    }
}
