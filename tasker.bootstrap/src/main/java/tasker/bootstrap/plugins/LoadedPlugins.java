package tasker.bootstrap.plugins;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import tasker.nativecore.ProviderReport;

/**
 * Hold the plugins that could be loaded, and a report of each that could not.
 *
 * @param layers a layer for each loaded plugin, in the order of their places and names
 * @param skipped what was left out and why
 */
public record LoadedPlugins(List<ModuleLayer> layers, List<ProviderReport> skipped) {
    /** Copy the lists. */
    public LoadedPlugins {
        layers = List.copyOf(layers);
        skipped = List.copyOf(skipped);
    }

    /** Put several together. */
    static LoadedPlugins concat(Collection<LoadedPlugins> parts) {
        List<ModuleLayer> layers = new ArrayList<>();
        List<ProviderReport> skipped = new ArrayList<>();
        for (LoadedPlugins part : parts) {
            layers.addAll(part.layers());
            skipped.addAll(part.skipped());
        }
        return new LoadedPlugins(layers, skipped);
    }
}
