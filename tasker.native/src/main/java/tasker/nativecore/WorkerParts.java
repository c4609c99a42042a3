package tasker.nativecore;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tasker.events.api.ConfigSetting;
import tasker.events.api.DeliveryPath;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerConfig;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.EventSubscriber;
import tasker.events.api.spi.FastTransport;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.MetricsSource;
import tasker.events.api.spi.Settings;
import tasker.events.api.spi.StepQueue;
import tasker.events.api.spi.WorkerContext;
import tasker.nativecore.config.HealthGroups;
import tasker.nativecore.config.ResolvedConfiguration;
import tasker.nativecore.config.WorkerSettings;
import tasker.nativecore.delivery.Subscriptions;
import tasker.nativecore.discovery.Ranking;
import tasker.nativecore.health.HealthMonitor;
import tasker.nativecore.lifecycle.ManagedService;
import tasker.nativecore.lifecycle.ServiceCatalog;
import tasker.nativecore.lifecycle.ServiceStack;
import tasker.nativecore.lifecycle.WorkerDatabase;
import tasker.nativecore.metrics.MeterRegistry;
import tasker.nativecore.routing.EventRouter;
import tasker.nativecore.steps.PipelineLimits;
import tasker.nativecore.steps.StepPipeline;
import tasker.nativecore.tracing.Tracing;

/** Hold the parts that one worker is made of, wired together but not started; safe for use by many threads. */
final class WorkerParts {
    final WorkerConfig config;
    final ResolvedConfiguration configuration;
    final Settings settings;
    final Optional<ManagedService> durable;
    final Optional<ManagedService> fast;
    final Tracing tracing = new Tracing();
    final EventRouter router;
    final StepPipeline pipeline;
    final HealthMonitor health;
    final HealthGroups healthGroups;
    final MeterRegistry meters = new MeterRegistry();
    final Subscriptions subscriptions;
    final MetricsSources sources;
    final StepReaders readers = new StepReaders();
    final Subscribers subscribers = new Subscribers(tracing);
    final ServiceStack stack = new ServiceStack(this::detach, this::forget);
    final WorkerDatabase database;
    final LogLevels logLevels;
    final PluginManager plugins;
    final boolean durableOnly;
    final Set<String> reservedNames;
    final Ranking ranking;
    private volatile Consumer<MetricsSink> allMetrics = sink -> {};
    private final List<ManagedService> optional;
    private final SettingsInForce inForce;
    private volatile ServiceCatalog catalog;
    private final Set<ManagedService> attached = ConcurrentHashMap.newKeySet();

    WorkerParts(WorkerSystemBuilder builder, ServiceCatalog catalog, ResolvedConfiguration configuration) {
        this.configuration = configuration;
        inForce = new SettingsInForce(configuration);
        this.catalog = catalog;
        logLevels = builder.logLevels();
        plugins = builder.plugins();
        durableOnly = builder.isDurableOnly();
        reservedNames = builder.reservedNames();
        ranking = builder.ranking();
        settings = configuration.section("worker");
        config = WorkerSettings.read(settings);
        subscriptions = new Subscriptions(config.workerId(), tracing, meters.forService(Subscriptions.NAME));
        Selection selection = new Selection(catalog, configuration);
        durable = selection.durable();
        optional = durableOnly ? List.of() : ServiceTypes.optional(catalog);
        optional.forEach(ManagedService::use);
        fast = durableOnly ? selection.withoutFast() : selection.fast();
        database = new WorkerDatabase(
                selection.database(), this::contextOf, new ServiceStack(this::detach, this::forget), this::attach);
        router = new EventRouter(selection.missing(), tracing);
        pipeline = new StepPipeline(limits(), config.workerId(), router, tracing, builder.sink());
        if (durableOnly) {
            ServiceTypes.optional(catalog)
                    .forEach(service -> pipeline.registerMissing(service.name(), Selection.DURABLE_ONLY));
        }
        sources = new MetricsSources(settings.get(WorkerSettings.METRICS_TIMEOUT_MS));
        health = new HealthMonitor(
                settings.get(WorkerSettings.HEALTH_TIMEOUT_MS), settings.get(WorkerSettings.HEALTH_CACHE_MS));
        healthGroups = settings.get(WorkerSettings.HEALTH_GROUPS);
    }

    /** Let services that ask for all metrics have them from here. */
    void reportMetrics(Consumer<MetricsSink> all) {
        allMetrics = all;
    }

    /** The context that this service is started with. */
    WorkerContext contextOf(ManagedService service) {
        return new ServiceContext(
                config,
                inForce.section(service.name()),
                meters.forService(service.name()),
                database,
                sink -> allMetrics.accept(sink));
    }

    /** Ask a service that has started for its health and figures from now on, if it has any. */
    void attach(ManagedService service) {
        attached.add(service);
        if (service.service() instanceof HealthContributor contributor) {
            health.add(service.name(), contributor);
        }
        if (service.service() instanceof MetricsSource source) {
            sources.add(service.name(), source);
        }
    }

    /** Show the subscriptions in health and figures, once there is one. */
    void showSubscriptions() {
        sources.add(Subscriptions.NAME, subscriptions);
        health.addIfMissing(Subscriptions.NAME, subscriptions);
    }

    /** The durable transport. */
    DurableTransport durable() {
        return transport(DeliveryPath.DURABLE, durable, DurableTransport.class);
    }

    /** The fast transport. */
    FastTransport fast() {
        return transport(DeliveryPath.FAST, fast, FastTransport.class);
    }

    private <T> T transport(DeliveryPath path, Optional<ManagedService> service, Class<T> type) {
        return type.cast(service.orElseThrow(() -> router.missing(path)).service());
    }

    /** What holds the steps of this namespace: the durable transport, else the first service that does. */
    StepQueue stepQueue() {
        return Stream.concat(durable.stream(), catalog.all().stream())
                .filter(attached::contains)
                .map(ManagedService::service)
                .filter(StepQueue.class::isInstance)
                .map(StepQueue.class::cast)
                .findFirst()
                .orElseThrow(() -> new TaskerException(
                        "TASKER-W211",
                        "the durable transport '" + durable().name()
                                + "' holds no steps; submit the step to a worker instead"));
    }

    /** How long closing may take, for what is in flight and once more for the services. */
    Duration shutdownTimeout() {
        return settings.get(WorkerSettings.SHUTDOWN_TIMEOUT_MS);
    }

    /** Services that are neither transports nor databases, in the order in which they start. */
    List<ManagedService> optionalServices() {
        return optional;
    }

    /** Whether a service has started and is not being closed. */
    boolean isAttached(ManagedService service) {
        return attached.contains(service);
    }

    /** Every provider that is known now. */
    ServiceCatalog catalog() {
        return catalog;
    }

    /** Know these providers, too; for one thread at a time, as {@link #remove}. */
    void add(ServiceCatalog more, Map<String, ResolvedConfiguration> sections) {
        sections.forEach(inForce::add);
        catalog = catalog.with(more);
    }

    /** Forget the providers of a layer. */
    void remove(ModuleLayer layer) {
        catalog.in(layer).forEach(service -> inForce.remove(service.name()));
        catalog = catalog.without(layer);
    }

    /** Every setting in force. */
    List<ConfigSetting> settingsInForce() {
        return inForce.all();
    }

    /** Read steps from every queue of a service that has started, if there is a handler to run any. */
    void openQueues() {
        if (pipeline.handlerNames().isEmpty()) {
            return;
        }
        for (ManagedService service : attached) {
            if (service.service() instanceof StepQueue queue) {
                readers.open(service.name(), queue, pipeline, tracing, config.maxConcurrentHandlers());
            }
        }
    }

    /** Give a service that is about to be taken out no more work, but for steps. */
    void withdraw(ManagedService service) {
        attached.remove(service);
        tracing.stop(service.service());
        if (service.service() instanceof EventSubscriber) {
            subscribers.close(service.name());
        }
    }

    private void detach(ManagedService service) {
        withdraw(service);
        health.remove(service.name());
        sources.remove(service.name());
    }

    private void forget(ManagedService service) {
        meters.remove(service.name());
    }

    private PipelineLimits limits() {
        return new PipelineLimits(
                config.maxConcurrentHandlers(),
                Duration.ofMillis(config.handlerTimeoutMs()),
                config.dispatchBufferSize(),
                config.completionBufferSize(),
                Duration.ofMillis(config.starvationThresholdMs()),
                settings.get(WorkerSettings.INTERRUPT_GRACE_MS),
                settings.get(WorkerSettings.METRICS_WINDOW_MS),
                settings.get(WorkerSettings.DISPATCH_WHEN_FULL));
    }
}
