package tasker.bootstrap.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.TaskerException;
import tasker.nativecore.PluginManager;
import tasker.nativecore.PluginState;
import tasker.nativecore.PluginStatus;
import tasker.nativecore.ProviderReport;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

/**
 * Change the plugins of a running worker: load them from the plugin folder, give their services to the worker, take
 * them back, and let go of their jars. One change is made at a time; safe for use by many threads.
 */
public final class RunningPlugins implements PluginManager, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningPlugins.class);

    private final Path home;
    private final List<Path> folders;
    private final PluginSwitch power;
    private final ReentrantLock lock = new ReentrantLock();
    private final PluginEntries entries = new PluginEntries();

    /**
     * Load the plugins of these folders.
     *
     * @param folders where plugins lie; new ones are put into the last
     * @param home the folder for new plugins when there is none of the others; made when it is needed
     * @param configuration reads the settings anew, since those of a plugin may come after the worker has started
     * @param patience how long a plugin that is taken out may go on with what it has begun
     * @throws TaskerException {@code TASKER-P101} when a folder cannot be listed
     */
    public RunningPlugins(
            PluginLoader loader,
            List<Path> folders,
            Path home,
            Supplier<Configuration> configuration,
            Duration patience) {
        this.folders = List.copyOf(folders);
        this.home = folders.isEmpty() ? home : folders.getLast();
        power = new PluginSwitch(loader, configuration, patience);
        StagedJar.recover(this.folders);
        Map<Path, String> fingerprints = new TreeMap<>();
        List<Path> places = PluginFolder.places(folders);
        places.forEach(place -> fingerprints.put(absolute(place), PluginFiles.fingerprint(place)));
        for (PluginOutcome outcome : loader.load(places).outcomes()) {
            String fingerprint = fingerprints.getOrDefault(absolute(outcome.place()), "");
            PluginEntry entry = entries.add(outcome.name(), outcome.place(), outcome.described(), fingerprint);
            switch (outcome) {
                case PluginOutcome.Loaded loaded -> entry.use(loaded.plugin());
                case PluginOutcome.Refused refused ->
                    entry.enter(new PluginState.Failed(refused.refusal().message()));
            }
        }
        entries.show();
    }

    /** The layers of the plugins that are loaded, in an order in which they can be given to a worker. */
    public List<ModuleLayer> layers() {
        return entries.loaded().stream().map(Plugin::layer).toList();
    }

    /** Change the plugins of this worker, which was built with the {@link #layers}. */
    public void bind(WorkerSystem bound) {
        power.bind(bound);
    }

    @Override
    public List<PluginStatus> all() {
        return power.isStarting()
                ? entries.shown().stream().map(RunningPlugins::asStarting).toList()
                : entries.shown();
    }

    @Override
    public List<ProviderReport> reports() {
        return entries.failed();
    }

    @Override
    public PluginStatus install(String fileName, InputStream jar) throws IOException {
        PluginFiles.checkName(fileName);
        try (StagedJar staged = StagedJar.write(home, fileName, jar)) {
            return alone(() -> {
                Path place = absolute(home.resolve(fileName));
                if (Files.exists(place)) {
                    throw present(fileName);
                }
                String name = checked(staged, entries.loaded());
                if (entries.find(name).isPresent()) {
                    throw present(name);
                }
                staged.putInto(place);
                Plugin plugin;
                try {
                    plugin = power.load(place, entries.loaded());
                    power.putIn(plugin);
                } catch (RuntimeException | Error e) {
                    staged.undo();
                    throw e;
                }
                staged.settle();
                PluginEntry entry =
                        entries.add(name, place, Optional.of(plugin.description()), PluginFiles.fingerprint(place));
                entry.use(plugin);
                return changed("installed", entry);
            });
        }
    }

    @Override
    public PluginStatus replace(String name, InputStream jar) throws IOException {
        Path place = alone(() -> PluginFiles.jarOf(name, entries.known(name).place()));
        try (StagedJar staged = StagedJar.write(parent(place), String.valueOf(place.getFileName()), jar)) {
            return alone(() -> {
                PluginEntry entry = entries.known(name);
                entries.refuseWhileRequired(entry);
                PluginSwitch.requireSame(entry, checked(staged, entries.loadedBut(entry)));
                staged.putInto(place);
                try {
                    power.swap(entry, power.load(place, entries.loadedBut(entry)), entries::show);
                    staged.settle();
                } catch (RuntimeException | Error e) {
                    staged.undo();
                    throw e;
                } finally {
                    entry.read(PluginFiles.fingerprint(place));
                }
                return changed("replaced", entry);
            });
        }
    }

    @Override
    public PluginStatus stop(String name) {
        return alone(() -> {
            PluginEntry entry = entries.known(name);
            stop(entry);
            return changed("stopped", entry);
        });
    }

    @Override
    public PluginStatus start(String name) {
        return alone(() -> {
            PluginEntry entry = entries.find(name).orElseGet(() -> found(name));
            start(entry);
            return changed("started", entry);
        });
    }

    @Override
    public PluginStatus remove(String name) throws IOException {
        return alone(() -> {
            PluginEntry entry = entries.known(name);
            Path place = PluginFiles.jarOf(name, entry.place());
            stop(entry);
            Files.deleteIfExists(place);
            entries.remove(entry);
            return changed("removed", entry);
        });
    }

    /** The places of the plugins, and how each looked when it was read last. */
    Map<Path, String> places() {
        return alone(() -> {
            Map<Path, String> places = new TreeMap<>();
            entries.all().forEach(entry -> places.put(entry.place(), entry.fingerprint()));
            return places;
        });
    }

    /** The folders in which plugins lie. */
    List<Path> folders() {
        return folders.contains(home) || !Files.isDirectory(home) ? folders : List.of(home);
    }

    /** Follow what has happened to a place: it is new, changed, or gone. */
    void follow(Path place) {
        alone(() -> {
            Optional<PluginEntry> known = entries.at(place);
            String fingerprint = PluginFiles.fingerprint(place);
            if (known.isPresent()) {
                followKnown(known.get(), fingerprint);
            } else if (!fingerprint.isEmpty()) {
                PluginEntry fresh = fresh(place);
                start(fresh);
                PluginStatus ignored = changed("found", fresh);
            }
            return Boolean.TRUE;
        });
    }

    /** Make sure that a jar loads before it is seen in the folder; tells the name of its plugin. */
    private String checked(StagedJar staged, List<Plugin> present) {
        try (Plugin plugin = power.load(staged.file(), present)) {
            return plugin.name();
        }
    }

    private void followKnown(PluginEntry entry, String fingerprint) {
        if (fingerprint.equals(entry.fingerprint())) {
            return;
        }
        if (fingerprint.isEmpty()) {
            stop(entry);
            entries.remove(entry);
            PluginStatus ignored = changed("gone", entry);
            return;
        }
        entry.read(fingerprint);
        if (entry.state() instanceof PluginState.Stopped) {
            // A person has stopped it, and starts it again.
            return;
        }
        try {
            entries.refuseWhileRequired(entry);
            if (entry.plugin().isPresent()) {
                power.swap(entry, power.load(entry.place(), entries.loadedBut(entry)), entries::show);
            } else {
                start(entry);
            }
        } catch (TaskerException e) {
            entry.note("its jar has changed, which could not be followed: " + e.getMessage());
            entries.show();
            throw e;
        }
        PluginStatus ignored = changed("changed", entry);
    }

    private void start(PluginEntry entry) {
        if (entry.plugin().isPresent()) {
            return;
        }
        entry.enter(new PluginState.Starting());
        entries.show();
        try {
            Plugin plugin = power.load(entry.place(), entries.loaded());
            power.putIn(plugin);
            entry.use(plugin);
        } catch (RuntimeException | Error e) {
            entry.enter(new PluginState.Failed(String.valueOf(e.getMessage())));
            entries.show();
            throw e;
        }
    }

    private void stop(PluginEntry entry) {
        if (entry.plugin().isEmpty()) {
            entry.enter(new PluginState.Stopped(""));
            return;
        }
        entries.refuseWhileRequired(entry);
        entry.enter(new PluginState.Stopping());
        entries.show();
        String left = "";
        try {
            left = power.takeOut(entry.plugin().get());
        } catch (RuntimeException e) {
            entry.enter(new PluginState.Active());
            entries.show();
            throw e;
        }
        entry.unload(new PluginState.Stopped(left));
        entries.show();
    }

    /** A plugin that was put into a folder since that was looked at. */
    private PluginEntry found(String name) {
        for (Path place : PluginFolder.places(folders())) {
            Path at = absolute(place);
            if (entries.at(at).isEmpty() && PluginName.of(place).name().equals(name)) {
                return fresh(at);
            }
        }
        return entries.known(name);
    }

    private PluginEntry fresh(Path place) {
        return entries.add(PluginName.of(place).name(), place, Optional.empty(), PluginFiles.fingerprint(place));
    }

    private static TaskerException present(String name) {
        return new TaskerException("TASKER-P132", "the plugin '" + name + "' is there already; replace or remove it");
    }

    private static PluginStatus asStarting(PluginStatus plugin) {
        return plugin.state() instanceof PluginState.Active
                ? new PluginStatus(
                        plugin.name(),
                        plugin.version(),
                        plugin.place(),
                        plugin.sha256(),
                        new PluginState.Starting(),
                        plugin.since(),
                        plugin.services(),
                        plugin.requires(),
                        plugin.requiredBy(),
                        plugin.notes())
                : plugin;
    }

    private PluginStatus changed(String how, PluginEntry entry) {
        entries.show();
        PluginStatus status = entry.status(List.of());
        LOG.info(
                "event=plugin_changed change={} plugin={} version={} state={}",
                how,
                status.name(),
                status.version().orElse("none"),
                status.state().text());
        return status;
    }

    private static Path absolute(Path place) {
        return place.toAbsolutePath().normalize();
    }

    private static Path parent(Path place) {
        return Optional.ofNullable(place.getParent()).orElseGet(() -> Path.of("."));
    }

    private <T, E extends Exception> T alone(Change<T, E> change) throws E {
        lock.lock();
        try {
            return change.make();
        } finally {
            lock.unlock();
        }
    }

    /** Let go of the jars of every plugin, dependents first, after the worker was closed. */
    @Override
    public void close() {
        alone(() -> {
            entries.unloadAll();
            return Boolean.TRUE;
        });
    }

    /** Make one change. */
    @FunctionalInterface
    private interface Change<T, E extends Exception> {
        T make() throws E;
    }
}
