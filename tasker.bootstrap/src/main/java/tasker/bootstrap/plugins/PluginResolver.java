package tasker.bootstrap.plugins;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tasker.bootstrap.plugins.PluginRequirements.RequiredPlugin;

/**
 * Load candidates in an order in which each comes after the plugins that it requires, and refuse those whose
 * requirements cannot be met, with the refusals that this comes from. For use by one thread, once.
 */
final class PluginResolver {
    private final Map<String, PluginCandidate> candidates = new LinkedHashMap<>();
    private final Map<String, Plugin> loaded = new LinkedHashMap<>();
    private final Map<String, PluginOutcome.Refused> refused = new LinkedHashMap<>();
    private final Set<String> resolved = new HashSet<>();
    private final Set<String> path = new LinkedHashSet<>();
    private final Map<String, List<String>> cycles = new HashMap<>();
    private final List<PluginOutcome> outcomes = new ArrayList<>();
    private final PluginDefiner definer;

    /** Load with what defines layers, when these plugins are there already. */
    PluginResolver(PluginDefiner definer, Collection<Plugin> present) {
        this.definer = definer;
        present.forEach(plugin -> loaded.put(plugin.name(), plugin));
    }

    /** Take a plugin that could not be read into account: others may require it. */
    void add(PluginOutcome.Refused unreadable) {
        outcomes.add(unreadable);
        refused.putIfAbsent(unreadable.name(), unreadable);
    }

    /** Take a candidate, unless there is a plugin of its name. */
    void add(PluginCandidate candidate) {
        String name = candidate.name();
        Optional<PluginDescription> other = Optional.ofNullable(candidates.get(name))
                .map(PluginCandidate::description)
                .or(() -> Optional.ofNullable(loaded.get(name)).map(Plugin::description));
        if (other.isEmpty()) {
            candidates.put(name, candidate);
            return;
        }
        candidate.close();
        outcomes.add(refusal(
                candidate,
                new Refusal(
                        "TASKER-P111",
                        "two plugins are named '" + name + "': " + other.get().place() + " and "
                                + candidate.description().place(),
                        "the first is used; remove one of the two, or name one with Tasker-Plugin in its manifest")));
    }

    /** Load what can be loaded. */
    List<PluginOutcome> resolve() {
        candidates.keySet().forEach(this::resolve);
        return List.copyOf(outcomes);
    }

    private void resolve(String name) {
        PluginCandidate candidate = candidates.get(name);
        if (candidate == null || !resolved.add(name)) {
            return;
        }
        path.add(name);
        try {
            List<Plugin> required = new ArrayList<>();
            for (RequiredPlugin each : candidate.description().requirements().plugins()) {
                required.add(required(candidate, each));
            }
            Plugin plugin = definer.define(candidate, required);
            loaded.put(name, plugin);
            outcomes.add(new PluginOutcome.Loaded(plugin));
        } catch (Throwable e) {
            // A plugin is foreign: whatever its jars make the runtime throw, the worker goes on without it.
            candidate.close();
            PluginOutcome.Refused outcome = refusal(candidate, Refusals.of(name, e));
            refused.put(name, outcome);
            outcomes.add(outcome);
        } finally {
            path.remove(name);
        }
    }

    private Plugin required(PluginCandidate by, RequiredPlugin wanted) {
        String name = wanted.name();
        if (path.contains(name)) {
            List<String> all = List.copyOf(path);
            List<String> circle = all.subList(all.indexOf(name), all.size());
            circle.forEach(member -> cycles.put(member, circle));
            throw cycle(by, name, circle);
        }
        resolve(name);
        List<String> members = cycles.getOrDefault(by.name(), List.of());
        if (members.contains(name)) {
            throw cycle(by, name, members);
        }
        Plugin plugin = loaded.get(name);
        if (plugin != null) {
            checkVersion(by, wanted, plugin);
            return plugin;
        }
        PluginOutcome.Refused other = refused.get(name);
        if (other == null) {
            throw new RefusedException(
                    "TASKER-P113",
                    who(by) + " requires plugin '" + wanted + "', which is not there",
                    "put plugin '" + name + "' into the plugin folder; those there are "
                            + (names().isEmpty() ? "none" : String.join(", ", names())));
        }
        throw new RefusedException(
                new Refusal(
                        "TASKER-P115",
                        who(by) + " requires plugin '" + name + "', which is refused",
                        "help that first",
                        List.of(other.refusal())),
                null);
    }

    private List<String> names() {
        Set<String> names = new LinkedHashSet<>(loaded.keySet());
        names.addAll(candidates.keySet());
        return names.stream().filter(name -> !path.contains(name)).toList();
    }

    private static void checkVersion(PluginCandidate by, RequiredPlugin wanted, Plugin plugin) {
        boolean met = wanted.versions().equals(VersionRange.ANY)
                || plugin.description()
                        .version()
                        .flatMap(VersionRange::versionOf)
                        .filter(wanted.versions()::contains)
                        .isPresent();
        if (!met) {
            throw new RefusedException(
                    "TASKER-P114",
                    who(by) + " requires plugin '" + wanted + "', and there is "
                            + plugin.description().version().orElse("one without a version") + " in "
                            + plugin.description().place(),
                    "put a version there that lies in " + wanted.versions());
        }
    }

    private static RefusedException cycle(PluginCandidate by, String name, List<String> members) {
        return new RefusedException(
                "TASKER-P116",
                who(by) + " requires plugin '" + name + "', which requires it in turn: " + String.join(" -> ", members)
                        + " -> " + members.getFirst(),
                "move what they share into a plugin that each of them requires");
    }

    private static String who(PluginCandidate candidate) {
        return "plugin '" + candidate.name() + "'"
                + candidate
                        .description()
                        .version()
                        .map(version -> " " + version)
                        .orElse("");
    }

    private static PluginOutcome.Refused refusal(PluginCandidate candidate, Refusal refusal) {
        PluginDescription description = candidate.description();
        return new PluginOutcome.Refused(description.name(), description.place(), refusal, Optional.of(description));
    }
}
