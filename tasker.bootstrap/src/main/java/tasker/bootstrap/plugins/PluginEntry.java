package tasker.bootstrap.plugins;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tasker.nativecore.PluginState;
import tasker.nativecore.PluginStatus;
import tasker.nativecore.ProviderReport;
import tasker.nativecore.ProviderReport.Status;

/** Follow one plugin of a running worker through its states; for use under the lock of {@link RunningPlugins}. */
final class PluginEntry {
    private final String name;
    private final Path place;
    private Optional<PluginDescription> description;
    private Optional<Plugin> plugin = Optional.empty();
    private PluginState state = new PluginState.Stopped("");
    private Instant since = Instant.now();
    private Optional<String> note = Optional.empty();
    private String fingerprint;

    PluginEntry(String name, Path place, Optional<PluginDescription> description, String fingerprint) {
        this.name = name;
        this.place = place;
        this.description = description;
        this.fingerprint = fingerprint;
    }

    String name() {
        return name;
    }

    /** The jar or folder in the plugin folder. */
    Path place() {
        return place;
    }

    /** The plugin, while it is loaded. */
    Optional<Plugin> plugin() {
        return plugin;
    }

    PluginState state() {
        return state;
    }

    /** How its place looked when it was read last. */
    String fingerprint() {
        return fingerprint;
    }

    void read(String now) {
        fingerprint = now;
    }

    void enter(PluginState next) {
        state = next;
        since = Instant.now();
    }

    /** Note what a person should know. */
    void note(String problem) {
        note = Optional.of(problem);
    }

    /** Know that this is loaded and in use. */
    void use(Plugin loaded) {
        note = Optional.empty();
        plugin = Optional.of(loaded);
        description = Optional.of(loaded.description());
        enter(new PluginState.Active());
    }

    /** Let go of everything that is loaded. */
    void unload(PluginState next) {
        plugin.ifPresent(Plugin::close);
        plugin = Optional.empty();
        enter(next);
    }

    PluginStatus status(List<String> requiredBy) {
        return new PluginStatus(
                name,
                description.flatMap(PluginDescription::version),
                place.toString(),
                description.map(PluginDescription::sha256),
                state,
                since,
                description.map(PluginDescription::services).orElse(List.of()).stream()
                        .map(service -> service.type() + " " + service.provider())
                        .toList(),
                plugin.map(Plugin::required).orElse(List.of()),
                requiredBy,
                Stream.concat(description.map(PluginDescription::notes).orElse(List.of()).stream(), note.stream())
                        .toList());
    }

    /** As it is listed with the providers, when it has failed. */
    Optional<ProviderReport> report() {
        if (!(state instanceof PluginState.Failed failed)) {
            return Optional.empty();
        }
        return Optional.of(new ProviderReport(
                "Plugin",
                Optional.of(name),
                String.valueOf(place.getFileName()),
                Optional.empty(),
                description.flatMap(PluginDescription::version),
                place.toString(),
                Status.SKIPPED,
                Optional.of(failed.cause())));
    }
}
