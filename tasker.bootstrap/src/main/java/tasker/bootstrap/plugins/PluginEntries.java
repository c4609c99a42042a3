package tasker.bootstrap.plugins;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tasker.events.api.TaskerException;
import tasker.nativecore.PluginState;
import tasker.nativecore.PluginStatus;
import tasker.nativecore.ProviderReport;

/**
 * Know the plugins of a running worker by their names, and who needs whom; for use under the lock of
 * {@link RunningPlugins}, except for what {@link #show} has put up, which any thread may read.
 */
final class PluginEntries {
    private final Map<String, PluginEntry> entries = new TreeMap<>();
    private volatile List<PluginStatus> shown = List.of();
    private volatile List<ProviderReport> failed = List.of();

    Collection<PluginEntry> all() {
        return List.copyOf(entries.values());
    }

    /** Add a plugin; of two that call themselves the same, the second one is known by its file. */
    PluginEntry add(String name, Path place, Optional<PluginDescription> description, String fingerprint) {
        String free = entries.containsKey(name) ? String.valueOf(place.getFileName()) : name;
        PluginEntry entry = new PluginEntry(free, place, description, fingerprint);
        entries.put(free, entry);
        return entry;
    }

    void remove(PluginEntry entry) {
        entries.remove(entry.name());
    }

    Optional<PluginEntry> find(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    Optional<PluginEntry> at(Path place) {
        return entries.values().stream()
                .filter(entry -> entry.place().equals(place))
                .findFirst();
    }

    /** The plugin of this name, or {@code TASKER-P130}. */
    PluginEntry known(String name) {
        return find(name)
                .orElseThrow(() -> new TaskerException(
                        "TASKER-P130",
                        "no plugin is named '" + name + "'; "
                                + (entries.isEmpty()
                                        ? "there is none"
                                        : "there are " + String.join(", ", entries.keySet()))));
    }

    /** Refuse to take out what others need, with {@code TASKER-P133}. */
    void refuseWhileRequired(PluginEntry entry) {
        List<String> dependents = requiring(entry.name());
        if (!dependents.isEmpty()) {
            throw new TaskerException(
                    "TASKER-P133",
                    "the plugin '" + entry.name() + "' is needed by " + String.join(", ", dependents)
                            + "; stop those first, and start them again afterwards");
        }
    }

    /** Those that are loaded, each after those that it requires. */
    List<Plugin> loaded() {
        List<Plugin> rest = new ArrayList<>(entries.values().stream()
                .flatMap(entry -> entry.plugin().stream())
                .toList());
        List<Plugin> ordered = new ArrayList<>();
        while (!rest.isEmpty()) {
            List<String> waiting = rest.stream().map(Plugin::name).toList();
            List<Plugin> ready = rest.stream()
                    .filter(plugin -> plugin.required().stream().noneMatch(waiting::contains))
                    .toList();
            // They cannot need each other in a circle, since each was loaded under those that it needs.
            List<Plugin> next = ready.isEmpty() ? List.copyOf(rest) : ready;
            ordered.addAll(next);
            rest.removeAll(next);
        }
        return ordered;
    }

    /** Those that are loaded, without this one. */
    List<Plugin> loadedBut(PluginEntry entry) {
        return loaded().stream()
                .filter(plugin -> !plugin.equals(entry.plugin().orElse(null)))
                .toList();
    }

    /** Let go of all, dependents first. */
    void unloadAll() {
        for (Plugin plugin : loaded().reversed()) {
            entries.values().stream()
                    .filter(entry -> plugin.equals(entry.plugin().orElse(null)))
                    .findFirst()
                    .ifPresent(entry -> entry.unload(new PluginState.Stopped("")));
        }
    }

    /** Let every thread see how things stand now. */
    void show() {
        shown = entries.values().stream()
                .map(entry -> entry.status(requiring(entry.name())))
                .toList();
        failed = entries.values().stream()
                .flatMap(entry -> entry.report().stream())
                .toList();
    }

    List<PluginStatus> shown() {
        return shown;
    }

    List<ProviderReport> failed() {
        return failed;
    }

    private List<String> requiring(String name) {
        return loaded().stream()
                .filter(plugin -> plugin.required().contains(name))
                .map(Plugin::name)
                .toList();
    }
}
