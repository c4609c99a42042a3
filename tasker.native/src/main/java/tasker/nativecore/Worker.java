package tasker.nativecore;

import java.net.URI;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.ConfigSetting;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.HealthCheck;
import tasker.events.api.StepLimits;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.TaskerException;
import tasker.events.api.WorkerConfig;
import tasker.events.api.WorkerMetrics;
import tasker.events.api.WorkerState;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.EventPoller;
import tasker.events.api.spi.EventSubscriber;
import tasker.events.api.spi.FastTransport;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.PublishOptions;
import tasker.events.api.spi.StepQueue;
import tasker.events.api.spi.TransactionalEventPublisher;
import tasker.nativecore.config.HealthGroup;
import tasker.nativecore.consuming.DurableEventHandler;
import tasker.nativecore.consuming.EventSubscription;
import tasker.nativecore.consuming.SubscriptionOptions;
import tasker.nativecore.delivery.Subscriptions;
import tasker.nativecore.guard.Foreign;
import tasker.nativecore.guard.Gate;
import tasker.nativecore.lifecycle.ManagedService;
import tasker.nativecore.tracing.Tracing;

/** Answer for a worker, from its parts. */
final class Worker implements WorkerSystem {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final WorkerParts parts;
    private final Gate publishes = new Gate();
    private final WorkerLife life;
    private final StartSequence startSequence;
    private final LayerChanges changes;
    private final StopSequence stopSequence;
    private final WorkerFigures figures;
    private final WorkerMetricsReport metricsReport;
    private final WorkerHealth health;
    private final ProviderReports reports;

    Worker(WorkerParts parts, List<ProviderReport> otherReports) {
        this.parts = parts;
        life = new WorkerLife(() -> this.stopSequence().run());
        figures = new WorkerFigures(parts, life);
        health = new WorkerHealth(parts, life);
        reports = new ProviderReports(
                parts::catalog,
                () -> Stream.concat(otherReports.stream(), parts.plugins.reports().stream())
                        .toList());
        metricsReport = new WorkerMetricsReport(parts, figures, reports);
        parts.reportMetrics(this::collect);
        startSequence = new StartSequence(this, parts, life::isCloseRequested);
        changes = new LayerChanges(parts, startSequence, this::requireRunning);
        stopSequence = new StopSequence(parts, publishes, changes, figures::dropped);
    }

    private StopSequence stopSequence() {
        return stopSequence;
    }

    @Override
    public void start() {
        life.start(startSequence::run, stopSequence::undo);
        LOG.info(
                "event=worker_started worker_id={} namespace={} environment={} took_ms={}",
                parts.config.workerId(),
                parts.config.namespace(),
                parts.config.environment(),
                life.uptimeNanos() / 1_000_000);
    }

    @Override
    public WorkerState state() {
        return life.state();
    }

    @Override
    public void publish(DomainEvent event, DeliveryMode mode, PublishOptions options) {
        enter();
        try {
            parts.router.publish(event, mode, options);
        } finally {
            publishes.leave();
        }
    }

    @Override
    public void publishAll(List<DomainEvent> events, DeliveryMode mode, PublishOptions options) {
        enter();
        try {
            parts.router.publishAll(events, mode, options);
        } finally {
            publishes.leave();
        }
    }

    @Override
    public CompletableFuture<Void> publishAsync(DomainEvent event, DeliveryMode mode, PublishOptions options) {
        try {
            enter();
        } catch (TaskerException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Void> published;
        try {
            published = parts.router.publishAsync(event, mode, options);
        } catch (RuntimeException | Error e) {
            publishes.leave();
            throw e;
        }
        return published.whenComplete((nothing, thrown) -> publishes.leave());
    }

    @Override
    public void publish(Connection connection, DomainEvent event) {
        Objects.requireNonNull(connection, "connection");
        Objects.requireNonNull(event, "event");
        enter();
        try {
            TransactionalEventPublisher transactional = transactional();
            parts.router.record(List.of(event), traced -> transactional.publish(connection, traced.getFirst()));
        } finally {
            publishes.leave();
        }
    }

    @Override
    public void publishAll(Connection connection, List<DomainEvent> events) {
        Objects.requireNonNull(connection, "connection");
        Objects.requireNonNull(events, "events");
        enter();
        try {
            TransactionalEventPublisher transactional = transactional();
            parts.router.record(List.copyOf(events), traced -> transactional.publishAll(connection, traced));
        } finally {
            publishes.leave();
        }
    }

    private TransactionalEventPublisher transactional() {
        DurableTransport transport = durable();
        return Foreign.call(transport, transport::transactional)
                .orElseThrow(() -> new TaskerException(
                        "TASKER-W208",
                        "the durable transport '" + transport.name() + "' has no SQL transactions;"
                                + " publish without a connection"));
    }

    @Override
    public EventPoller subscribe(EventPattern pattern) {
        FastTransport transport = fast();
        return Foreign.call(transport, () -> transport.subscribe(pattern));
    }

    @Override
    public FastTransport.Registration register(EventSubscriber subscriber) {
        return parts.subscribers.add(Foreign.call(subscriber, subscriber::name), subscriber, fast());
    }

    @Override
    public Map<String, SubscriberFigures> subscribers() {
        return parts.subscribers.figures();
    }

    @Override
    public HealthCheck health() {
        return health.check(HealthGroup.ofAll("all"));
    }

    @Override
    public List<String> healthGroups() {
        return parts.healthGroups.names();
    }

    @Override
    public HealthCheck health(String group) {
        return health.check(parts.healthGroups
                .group(group)
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no health group '" + group + "'; there are " + healthGroups())));
    }

    @Override
    public boolean isLive() {
        return health.isLive();
    }

    @Override
    public WorkerMetrics metrics() {
        return figures.metrics();
    }

    @Override
    public Distribution recentExecution() {
        return parts.pipeline.figures().recentExecution();
    }

    @Override
    public void collect(MetricsSink sink) {
        metricsReport.collect(sink);
        parts.meters.collect(sink);
        parts.sources.collect(sink);
    }

    @Override
    public WorkerConfig config() {
        return parts.config;
    }

    @Override
    public List<ConfigSetting> settings() {
        return parts.settingsInForce();
    }

    @Override
    public CompletableFuture<StepOutcome> submit(StepRequest step, StepLimits limits) throws InterruptedException {
        requireRunning();
        Tracing tracing = parts.tracing;
        if (!tracing.isOn()) {
            return parts.pipeline.submit(tracing.carry(step), limits);
        }
        Tracing.Submitting submitting = tracing.submit(step);
        try {
            CompletableFuture<StepOutcome> outcome = parts.pipeline.submit(submitting.step(), limits);
            submitting.work().end(null);
            return outcome;
        } catch (InterruptedException | RuntimeException | Error e) {
            submitting.work().end(e);
            throw e;
        }
    }

    @Override
    public void enqueue(StepRequest step, StepLimits limits) {
        enter();
        try {
            StepQueue queue = parts.stepQueue();
            Foreign.run(queue, () -> queue.add(parts.tracing.carry(step), limits));
        } finally {
            publishes.leave();
        }
    }

    @Override
    public DurableTransport durable() {
        DurableTransport transport = parts.durable();
        requireAttached(parts.durable);
        return transport;
    }

    @Override
    public EventSubscription consume(SubscriptionOptions options, DurableEventHandler handler) {
        requireRunning();
        EventSubscription subscription = parts.subscriptions.open(durable(), options, handler);
        parts.showSubscriptions();
        return subscription;
    }

    @Override
    public FastTransport fast() {
        FastTransport transport = parts.fast();
        requireAttached(parts.fast);
        return transport;
    }

    @Override
    public List<ProviderReport> providers() {
        return reports.all();
    }

    @Override
    public WorkerLayers layers() {
        return changes;
    }

    @Override
    public Map<String, URI> endpoints() {
        return startSequence.endpoints();
    }

    @Override
    public LogLevels logLevels() {
        return parts.logLevels;
    }

    @Override
    public PluginManager plugins() {
        return parts.plugins;
    }

    @Override
    public void close() {
        life.close(parts.shutdownTimeout().toNanos());
    }

    @Override
    public Optional<StopReport> stopReport() {
        return stopSequence.report();
    }

    /** Handlers of subscriptions may publish until the last of them has ended, which is when the gate closes. */
    private void enter() {
        if (!(life.state() == WorkerState.SHUTTING_DOWN && Subscriptions.isHandlerThread())) {
            requireRunning();
        }
        if (!publishes.enter()) {
            throw notRunning();
        }
    }

    /** A transport may be used from the end of its start to the begin of its close. */
    private void requireAttached(Optional<ManagedService> transport) {
        if (transport.filter(parts::isAttached).isEmpty()) {
            throw notRunning();
        }
    }

    private void requireRunning() {
        if (life.state() != WorkerState.RUNNING) {
            throw notRunning();
        }
    }

    private TaskerException notRunning() {
        WorkerState state = life.state();
        return new TaskerException(
                "TASKER-W202",
                "the worker is in state " + state.text() + "; it takes events and steps only while it is running"
                        + (state == WorkerState.STARTING ? ": wait until start() has returned" : ""));
    }
}
