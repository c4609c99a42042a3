package tasker.nativecore;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.PayloadValidator;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.config.ConfigSection;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.config.ResolvedConfiguration;
import tasker.nativecore.config.WorkerSettings;
import tasker.nativecore.discovery.Discovery;
import tasker.nativecore.discovery.Finding;
import tasker.nativecore.guard.Failures;
import tasker.nativecore.lifecycle.ManagedService;
import tasker.nativecore.lifecycle.ServiceCatalog;
import tasker.nativecore.steps.Withdrawal;

/**
 * Change the services of a running worker, one layer at a time.
 *
 * <p>What can be known before is checked before anything is changed: the providers, their names and their settings.
 */
final class LayerChanges implements WorkerLayers {
    private static final Logger LOG = LoggerFactory.getLogger(LayerChanges.class);

    private final WorkerParts parts;
    private final StartSequence starts;
    private final LayerExit exit;
    private final Runnable requireRunning;
    private final ReentrantLock lock = new ReentrantLock();
    private final Object changingLock = new Object();
    private @Nullable Thread changing;

    LayerChanges(WorkerParts parts, StartSequence starts, Runnable requireRunning) {
        this.parts = parts;
        this.starts = starts;
        this.requireRunning = requireRunning;
        exit = new LayerExit(parts, starts);
    }

    @Override
    public List<ProviderReport> attach(ModuleLayer layer, Configuration configuration) {
        return alone(() -> {
            Newcomers found = look(layer, parts.catalog(), configuration);
            try {
                start(layer, found);
            } catch (FailedStart e) {
                exit.closeIdleQueues(parts.shutdownTimeout());
                throw new TaskerException("TASKER-P222", e.reason() + "; nothing of its plugin runs", e.getCause());
            }
            return ProviderReports.of(found.catalog());
        });
    }

    @Override
    public DetachReport detach(ModuleLayer layer, Duration bound) {
        return alone(() -> {
            List<ManagedService> services = checkedExit(layer);
            try (Withdrawal withdrawal = parts.pipeline.withdraw(handlers(services), false)) {
                exit.stopIdleQueues();
                DetachReport report = exit.run(services, withdrawal, bound);
                parts.remove(layer);
                exit.closeIdleQueues(bound);
                return report;
            }
        });
    }

    @Override
    public DetachReport replace(ModuleLayer old, ModuleLayer layer, Configuration configuration, Duration bound) {
        return alone(() -> {
            List<ManagedService> services = checkedExit(old);
            Newcomers found = look(layer, parts.catalog().without(old), configuration);
            DetachReport report;
            try (Withdrawal withdrawal = parts.pipeline.withdraw(handlers(services), true)) {
                report = exit.run(services, withdrawal, bound);
                parts.remove(old);
                try {
                    start(layer, found);
                } catch (FailedStart e) {
                    throw new TaskerException(
                            "TASKER-P225", e.reason() + "; " + putBack(old, configuration), e.getCause());
                }
            } finally {
                // After the steps that waited have ended, which they do where nobody has come in the place of the old.
                exit.closeIdleQueues(bound);
            }
            return report;
        });
    }

    @Override
    public boolean has(ModuleLayer layer) {
        return parts.catalog().has(layer);
    }

    /** Make no more changes: end the one that is under way, and wait for that until this time. */
    long close(long deadlineNanos) throws InterruptedException {
        synchronized (changingLock) {
            if (changing != null) {
                changing.interrupt();
            }
        }
        if (lock.tryLock(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS)) {
            lock.unlock();
            return 0;
        }
        return 1;
    }

    private <T> T alone(Supplier<T> change) {
        lock.lock();
        try {
            note(Thread.currentThread());
            // Whoever closes the worker changes its state first, and looks for a change to interrupt then.
            requireRunning.run();
            return change.get();
        } finally {
            note(null);
            lock.unlock();
        }
    }

    private void note(@Nullable Thread thread) {
        synchronized (changingLock) {
            changing = thread;
        }
    }

    private List<ManagedService> checkedExit(ModuleLayer layer) {
        if (!has(layer)) {
            throw new IllegalArgumentException("the worker does not know the layer " + layer);
        }
        List<ManagedService> services = parts.catalog().in(layer);
        Set<String> own = new HashSet<>(handlers(services));
        for (ManagedService service : services) {
            if (service.isUsed() && ServiceTypes.isChosen(service)) {
                throw new TaskerException(
                        "TASKER-P223",
                        "'" + service.name() + "' (" + service.origin().describe()
                                + ") carries this worker's events or its database, and cannot be taken out while it"
                                + " runs; close the worker, choose another one and start again");
            }
            if (service.service() instanceof PayloadValidator validator) {
                Set<String> users = new HashSet<>(parts.pipeline.validatedBy(validator));
                users.removeAll(own);
                if (!users.isEmpty()) {
                    throw new TaskerException(
                            "TASKER-P224",
                            "'" + service.name() + "' (" + service.origin().describe()
                                    + ") checks the events of the handlers "
                                    + String.join(", ", users.stream().sorted().toList())
                                    + "; stop their plugins first");
                }
            }
        }
        return services;
    }

    private static List<String> handlers(List<ManagedService> services) {
        return services.stream()
                .filter(service -> service.provides(StepHandler.class))
                .map(ManagedService::name)
                .toList();
    }

    /** Find the services of a layer and their settings, and change nothing. */
    private Newcomers look(ModuleLayer layer, ServiceCatalog present, Configuration configuration) {
        if (parts.catalog().has(layer)) {
            throw new IllegalArgumentException("the worker has the layer " + layer + " already");
        }
        Discovery discovery = new Discovery(
                ServiceTypes.all(), parts.reservedNames, parts.settings.get(WorkerSettings.PROVIDER_TIMEOUT_MS));
        discovery.rankBy(parts.ranking);
        discovery.know(present.findings());
        discovery.searchOnly(layer);
        ServiceCatalog found = ServiceCatalog.of(discovery.findings());
        for (Finding finding : found.findings()) {
            if (finding instanceof Finding.Skipped skipped && !skipped.excluded()) {
                throw refused(skipped.problem());
            }
        }
        if (found.all().isEmpty()) {
            throw new TaskerException(
                    "TASKER-P221",
                    "the layer " + layer + " provides none of a worker's services; state them in its module-info");
        }
        Map<String, ResolvedConfiguration> sections = new LinkedHashMap<>();
        List<ManagedService> used = ServiceTypes.optional(found);
        for (ManagedService service : found.all()) {
            ResolvedConfiguration section =
                    configuration.resolveAlone(new ConfigSection(service.name(), service.settings()));
            if (used.contains(service)) {
                SettingsChecks.run(List.of(service), section);
            }
            sections.put(service.name(), section);
        }
        return new Newcomers(found, sections);
    }

    private static TaskerException refused(String problem) {
        int space = problem.indexOf(' ');
        return problem.startsWith("TASKER-P204")
                ? new TaskerException(problem.substring(0, space), problem.substring(space + 1))
                : new TaskerException("TASKER-P221", "a provider of the plugin is broken: " + problem);
    }

    private void start(ModuleLayer layer, Newcomers found) throws FailedStart {
        parts.add(found.catalog(), found.sections());
        String at = "the layer";
        try {
            for (ManagedService service : ServiceTypes.optional(found.catalog())) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("the worker is being closed");
                }
                at = "'" + service.name() + "' (" + service.origin().describe() + ")";
                service.use();
                starts.startService(service);
            }
            at = "reading steps for it";
            parts.openQueues();
        } catch (Throwable e) {
            undo(layer, found);
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new FailedStart(at + " did not start: " + Failures.describe(e), e);
        }
        LOG.info("event=layer_attached services={}", names(found.catalog().all()));
    }

    private void undo(ModuleLayer layer, Newcomers found) {
        List<ManagedService> services = found.catalog().all();
        try (Withdrawal withdrawal = parts.pipeline.withdraw(handlers(services), false)) {
            DetachReport ignored = exit.run(services, withdrawal, parts.shutdownTimeout());
        }
        parts.remove(layer);
    }

    private String putBack(ModuleLayer old, Configuration configuration) {
        try {
            start(old, look(old, parts.catalog(), configuration));
            return "the one before it runs again";
        } catch (FailedStart e) {
            return "the one before it could not be put back: " + e.reason();
        } catch (RuntimeException | Error e) {
            return "the one before it could not be put back: " + Failures.describe(e);
        }
    }

    private static String names(List<ManagedService> services) {
        return String.join(",", services.stream().map(ManagedService::name).toList());
    }

    /** What a layer brings. */
    private record Newcomers(ServiceCatalog catalog, Map<String, ResolvedConfiguration> sections) {}

    /** Say that a service did not start, after all of its layer was closed again. */
    private static final class FailedStart extends Exception {
        private static final long serialVersionUID = 1;

        FailedStart(String reason, Throwable cause) {
            super(reason, cause);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }
}
