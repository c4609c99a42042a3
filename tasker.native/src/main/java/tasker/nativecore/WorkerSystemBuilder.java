package tasker.nativecore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.StepOutcome;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.WorkerService;
import tasker.nativecore.config.ConfigSection;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.config.ConfigurationReference;
import tasker.nativecore.config.DatabaseKeys;
import tasker.nativecore.config.ResolvedConfiguration;
import tasker.nativecore.config.WorkerSettings;
import tasker.nativecore.discovery.Discovery;
import tasker.nativecore.discovery.Finding;
import tasker.nativecore.discovery.Ranking;
import tasker.nativecore.lifecycle.ManagedService;
import tasker.nativecore.lifecycle.ServiceCatalog;

/** Collect the parts of a worker; for use by one thread. */
public final class WorkerSystemBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerSystemBuilder.class);

    private final Configuration configuration;
    private final List<ModuleLayer> layers = new ArrayList<>();
    private final List<ProviderReport> reports = new ArrayList<>();
    private final List<ConfigSection> sections = new ArrayList<>();
    private final List<WorkerService> services = new ArrayList<>();
    private Optional<Consumer<StepOutcome>> sink = Optional.empty();
    private LogLevels logLevels = LogLevels.unsupported();
    private PluginManager plugins = PluginManager.unsupported();
    private boolean durableOnly;

    WorkerSystemBuilder(Configuration configuration) {
        this.configuration = configuration;
        sections.add(WorkerSettings.section());
        sections.add(DatabaseKeys.section());
    }

    /** Look for services in these layers too, after the boot layer; each layer's own providers only. */
    public WorkerSystemBuilder layers(Collection<ModuleLayer> more) {
        layers.addAll(more);
        return this;
    }

    /**
     * Show these reports among the {@link WorkerSystem#providers()}, such as those of jars that could not be loaded.
     */
    public WorkerSystemBuilder reports(Collection<ProviderReport> more) {
        reports.addAll(more);
        return this;
    }

    /** Accept one more section of configuration, whose values the caller reads itself. */
    public WorkerSystemBuilder section(ConfigSection section) {
        sections.add(section);
        return this;
    }

    /**
     * Use this service as if it had been discovered, as each of the service types that it implements; it comes before
     * those that were.
     */
    public WorkerSystemBuilder service(WorkerService service) {
        services.add(service);
        return this;
    }

    /**
     * Give every step's result to this sink before its events are published. Called on one thread of the core, one
     * result at a time; an exception is counted, logged, and changes nothing.
     */
    public WorkerSystemBuilder resultSink(Consumer<StepOutcome> consumer) {
        sink = Optional.of(consumer);
        return this;
    }

    /** Let the levels of loggers be seen and changed by this, which knows the backend of the log. */
    public WorkerSystemBuilder logLevels(LogLevels levels) {
        logLevels = levels;
        return this;
    }

    /** Let plugins be seen and changed by this, which knows where they lie and how they are loaded. */
    public WorkerSystemBuilder plugins(PluginManager manager) {
        plugins = manager;
        return this;
    }

    /**
     * Start only the database and the durable transport: no fast path, no steps, no extensions. The others are still
     * found, so that their sections of the configuration are known, but not started.
     */
    public WorkerSystemBuilder durableOnly() {
        durableOnly = true;
        return this;
    }

    /**
     * Discover the services and check the configuration.
     *
     * @throws TaskerException when the configuration is wrong, or asks for a service or a component that is not there,
     *     or two step handlers have one name
     */
    public WorkerSystem build() {
        ServiceCatalog catalog = discover();
        boolean incomplete = isIncomplete(catalog);
        ResolvedConfiguration resolved = configuration.resolve(sectionsWith(catalog), incomplete);
        resolved.warnings().forEach(WorkerSystemBuilder::warn);
        WorkerParts parts = new WorkerParts(this, catalog, resolved);
        SettingsChecks.run(catalog.all().stream().filter(ManagedService::isUsed).toList(), resolved);
        checkHealthGroups(parts, incomplete);
        return new Worker(parts, reports);
    }

    private static void warn(String warning) {
        LOG.warn("event=configuration_warning warning=\"{}\"", warning);
    }

    /** Where providers were left out, a component of theirs is no reason to keep the worker from starting. */
    private static void checkHealthGroups(WorkerParts parts, boolean incomplete) {
        try {
            parts.healthGroups.check(
                    WorkerHealth.names(parts.catalog()),
                    parts.configuration.source("worker", WorkerSettings.HEALTH_GROUPS));
        } catch (TaskerException e) {
            if (!incomplete) {
                throw e;
            }
            warn(String.valueOf(e.getMessage()));
        }
    }

    /** Discover the services, and write the reference page of every setting there is, as Markdown. */
    public String settingsReference() {
        return ConfigurationReference.markdown(sectionsWith(discover()));
    }

    private List<ConfigSection> sectionsWith(ServiceCatalog catalog) {
        List<ConfigSection> all = new ArrayList<>(sections);
        for (ManagedService service : catalog.all()) {
            all.add(new ConfigSection(service.name(), service.settings()));
        }
        return all;
    }

    Optional<Consumer<StepOutcome>> sink() {
        return sink;
    }

    LogLevels logLevels() {
        return logLevels;
    }

    PluginManager plugins() {
        return plugins;
    }

    /** The names that no service may have. */
    Set<String> reservedNames() {
        Set<String> reserved = new HashSet<>(WorkerHealth.OWN);
        sections.forEach(section -> reserved.add(section.name()));
        return Set.copyOf(reserved);
    }

    boolean isDurableOnly() {
        return durableOnly;
    }

    /** Whether providers were left out, which may have had sections in the configuration. */
    private boolean isIncomplete(ServiceCatalog catalog) {
        return catalog.findings().stream().anyMatch(Finding.Skipped.class::isInstance)
                || Stream.concat(reports.stream(), plugins.reports().stream())
                        .anyMatch(report -> report.status() == ProviderReport.Status.SKIPPED);
    }

    /** What the configuration prefers and leaves out. */
    Ranking ranking() {
        return workerSection()
                .map(worker -> new Ranking(
                        worker.section("worker").get(WorkerSettings.PREFER),
                        worker.section("worker").get(WorkerSettings.EXCLUDE),
                        "worker.exclude (" + worker.source("worker", WorkerSettings.EXCLUDE) + ")"))
                .orElse(Ranking.STANDARD);
    }

    private Duration providerTimeout() {
        SettingKey<Duration> key = WorkerSettings.PROVIDER_TIMEOUT_MS;
        return workerSection()
                .map(worker -> worker.section("worker").get(key))
                .orElseGet(() -> key.parse(key.defaultText()));
    }

    /** The core's own section, which is needed before those of the services are known; empty when it is wrong. */
    private Optional<ResolvedConfiguration> workerSection() {
        try {
            return Optional.of(configuration.resolveAlone(WorkerSettings.section()));
        } catch (TaskerException ignored) {
            // Reported by the check of the whole configuration, together with all else that is wrong.
            return Optional.empty();
        }
    }

    private ServiceCatalog discover() {
        Discovery discovery = new Discovery(ServiceTypes.all(), reservedNames(), providerTimeout());
        Ranking ranking = ranking();
        discovery.rankBy(ranking);
        services.forEach(discovery::add);
        discovery.search(layers);
        for (String name : ranking.unknown(discovery.findings())) {
            warn("TASKER-P212 '" + name
                    + "' is named in worker.prefer or worker.exclude, and no provider has a class or"
                    + " a module of that name; 'tasker modules' lists those that there are");
        }
        ServiceCatalog catalog = ServiceCatalog.of(discovery.findings());
        for (Finding finding : catalog.findings()) {
            if (finding instanceof Finding.Skipped skipped && !skipped.excluded()) {
                LOG.warn("event=provider_skipped reason=\"{}\"", skipped.problem());
            }
        }
        return catalog;
    }
}
