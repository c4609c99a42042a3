package tasker.bootstrap.plugins;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerState;
import tasker.nativecore.DetachReport;
import tasker.nativecore.PluginState;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

/** Load plugins, and give them to the worker and take them back; for use under the lock of {@link RunningPlugins}. */
final class PluginSwitch {
    private static final Logger LOG = LoggerFactory.getLogger(PluginSwitch.class);

    private final PluginLoader loader;
    private final Supplier<Configuration> configuration;
    private final Duration patience;
    private volatile @Nullable WorkerSystem worker;

    PluginSwitch(PluginLoader loader, Supplier<Configuration> configuration, Duration patience) {
        this.loader = loader;
        this.configuration = configuration;
        this.patience = patience;
    }

    void bind(WorkerSystem bound) {
        worker = bound;
    }

    /** Whether the worker is not there, or not up yet; any thread may ask. */
    boolean isStarting() {
        WorkerSystem bound = worker;
        return bound == null || bound.state() == WorkerState.STARTING;
    }

    /** Load a plugin, or fail with the code of its refusal. */
    Plugin load(Path place, List<Plugin> present) {
        return switch (loader.load(place, present)) {
            case PluginOutcome.Loaded found -> found.plugin();
            case PluginOutcome.Refused refused ->
                throw new TaskerException(
                        refused.refusal().code(),
                        refused.refusal().cause() + "; " + refused.refusal().remedy());
        };
    }

    /** Give the services of a plugin to the worker; it is closed when they are refused. */
    void putIn(Plugin plugin) {
        try {
            worker().layers().attach(plugin.layer(), configuration.get());
        } catch (RuntimeException | Error e) {
            plugin.close();
            throw e;
        }
    }

    /** Take the services of a plugin from the worker; tells what did not come to its end. */
    String takeOut(Plugin plugin) {
        return worker().layers().has(plugin.layer()) ? left(worker().layers().detach(plugin.layer(), patience)) : "";
    }

    /** Put a plugin that is loaded in the place of one that may run, and say each time when the state changes. */
    void swap(PluginEntry entry, Plugin next, Runnable changed) {
        try {
            requireSame(entry, next.name());
        } catch (TaskerException e) {
            next.close();
            throw e;
        }
        Optional<Plugin> old = entry.plugin().filter(plugin -> worker().layers().has(plugin.layer()));
        if (old.isEmpty()) {
            putIn(next);
        } else {
            entry.enter(new PluginState.Stopping());
            changed.run();
            replace(entry, old.get(), next, changed);
        }
        entry.unload(new PluginState.Starting());
        entry.use(next);
    }

    /** Refuse, with {@code TASKER-P134}, to put another plugin in the place of this one. */
    static void requireSame(PluginEntry entry, String name) {
        if (!name.equals(entry.name())) {
            throw new TaskerException(
                    "TASKER-P134",
                    "the jar holds the plugin '" + name + "', which cannot replace '" + entry.name()
                            + "'; install it beside that one, or remove that one first");
        }
    }

    private void replace(PluginEntry entry, Plugin old, Plugin next, Runnable changed) {
        try {
            DetachReport report = worker().layers().replace(old.layer(), next.layer(), configuration.get(), patience);
            LOG.info("event=plugin_exchanged plugin={} left=\"{}\"", entry.name(), left(report));
        } catch (RuntimeException | Error e) {
            next.close();
            if (worker().layers().has(old.layer())) {
                entry.enter(new PluginState.Active());
            } else {
                entry.unload(new PluginState.Failed(String.valueOf(e.getMessage())));
            }
            changed.run();
            throw e;
        }
    }

    private WorkerSystem worker() {
        WorkerSystem bound = worker;
        if (bound == null) {
            throw new TaskerException("TASKER-W202", "the worker has not started yet; try again in a moment");
        }
        return bound;
    }

    /** What did not come to its end, for people. */
    private static String left(DetachReport report) {
        List<String> left = new ArrayList<>();
        if (report.stepsInterrupted() > 0) {
            left.add(report.stepsInterrupted() + " steps were interrupted or given back");
        }
        if (report.handlersLeftBehind() > 0) {
            left.add(report.handlersLeftBehind() + " handlers ignored their interrupt and go on");
        }
        if (report.eventsLeft() > 0) {
            left.add(report.eventsLeft() + " events of steps were not sent yet");
        }
        if (!report.servicesLeftBehind().isEmpty()) {
            left.add("these services did not close: " + String.join(", ", report.servicesLeftBehind()));
        }
        return String.join("; ", left);
    }
}
