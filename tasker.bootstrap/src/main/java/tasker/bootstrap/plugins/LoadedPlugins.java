package tasker.bootstrap.plugins;

import java.util.List;
import java.util.Optional;
import tasker.nativecore.ProviderReport;
import tasker.nativecore.ProviderReport.Status;

/**
 * Hold what became of several places: plugins that are loaded, those that others require first, and plugins that are
 * refused.
 *
 * @param outcomes one for each place
 */
public record LoadedPlugins(List<PluginOutcome> outcomes) implements AutoCloseable {
    /** Copy the list. */
    public LoadedPlugins {
        outcomes = List.copyOf(outcomes);
    }

    /** The plugins that are loaded; each comes after those that it requires. */
    public List<Plugin> plugins() {
        return outcomes.stream()
                .filter(PluginOutcome.Loaded.class::isInstance)
                .map(outcome -> ((PluginOutcome.Loaded) outcome).plugin())
                .toList();
    }

    /** The layer of each loaded plugin, in their order. */
    public List<ModuleLayer> layers() {
        return plugins().stream().map(Plugin::layer).toList();
    }

    /** What was refused. */
    public List<PluginOutcome.Refused> refused() {
        return outcomes.stream()
                .filter(PluginOutcome.Refused.class::isInstance)
                .map(PluginOutcome.Refused.class::cast)
                .toList();
    }

    /** A report of each plugin that was refused, as {@code tasker modules} lists them. */
    public List<ProviderReport> skipped() {
        return refused().stream().map(LoadedPlugins::report).toList();
    }

    /** Close every plugin, dependents first. */
    @Override
    public void close() {
        plugins().reversed().forEach(Plugin::close);
    }

    private static ProviderReport report(PluginOutcome.Refused refused) {
        return new ProviderReport(
                "Plugin",
                Optional.of(refused.name()),
                String.valueOf(refused.place().getFileName()),
                Optional.empty(),
                refused.described().flatMap(PluginDescription::version),
                refused.place().toString(),
                Status.SKIPPED,
                Optional.of(refused.refusal().message()));
    }
}
