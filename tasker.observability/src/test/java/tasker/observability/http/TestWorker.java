package tasker.observability.http;

import java.net.URI;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tasker.events.api.ComponentHealth;
import tasker.events.api.ConfigOrigin;
import tasker.events.api.ConfigSetting;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DeliveryPath;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.HealthCheck;
import tasker.events.api.HealthStatus;
import tasker.events.api.InProcessDomainEvent;
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
import tasker.nativecore.LogLevels;
import tasker.nativecore.PluginManager;
import tasker.nativecore.ProviderReport;
import tasker.nativecore.StopReport;
import tasker.nativecore.SubscriberFigures;
import tasker.nativecore.WorkerLayers;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.consuming.DurableEventHandler;
import tasker.nativecore.consuming.EventSubscription;
import tasker.nativecore.consuming.SubscriptionOptions;
import tasker.observability.TestContext;
import tasker.observability.metrics.Durations;

/** Be a worker in whatever state a test needs, which a real one cannot be put into. */
final class TestWorker implements WorkerSystem {
    final TestChannel channel = new TestChannel(4);
    final List<DomainEvent> committed = new CopyOnWriteArrayList<>();
    volatile WorkerState state = WorkerState.RUNNING;
    volatile boolean live = true;
    volatile Supplier<HealthCheck> health = () -> health(HealthStatus.HEALTHY);
    volatile Supplier<HealthCheck> storage = () -> health(HealthStatus.HEALTHY);
    volatile Consumer<DomainEvent> durable = committed::add;
    volatile Consumer<MetricsSink> metrics = sink -> {};
    volatile Distribution recent = Durations.of();
    volatile boolean hasFastPath = true;
    volatile LogLevels logLevels = LogLevels.unsupported();
    volatile PluginManager plugins = PluginManager.unsupported();

    static HealthCheck health(HealthStatus status) {
        Optional<String> message =
                status == HealthStatus.HEALTHY ? Optional.empty() : Optional.of("the database does not answer");
        ComponentHealth database =
                new ComponentHealth("database", status, message, Instant.EPOCH, 1.5, Map.of("pool_size", 4));
        return new HealthCheck(status, "worker-1", 12.5, Map.of("database", database), Map.of(), Map.of());
    }

    @Override
    public void start() {
        throw notAsked();
    }

    @Override
    public WorkerState state() {
        return state;
    }

    @Override
    public void publish(DomainEvent event, DeliveryMode mode, PublishOptions options) {
        if (mode.paths().contains(DeliveryPath.DURABLE)) {
            durable.accept(event);
        }
        if (mode.paths().contains(DeliveryPath.FAST)) {
            channel.publish(InProcessDomainEvent.of(event));
        }
    }

    @Override
    public void publishAll(List<DomainEvent> events, DeliveryMode mode, PublishOptions options) {
        throw notAsked();
    }

    @Override
    public CompletableFuture<Void> publishAsync(DomainEvent event, DeliveryMode mode, PublishOptions options) {
        throw notAsked();
    }

    @Override
    public void publish(Connection connection, DomainEvent event) {
        throw notAsked();
    }

    @Override
    public void publishAll(Connection connection, List<DomainEvent> events) {
        throw notAsked();
    }

    @Override
    public EventPoller subscribe(EventPattern pattern) {
        return fast().subscribe(pattern);
    }

    @Override
    public HealthCheck health() {
        return health.get();
    }

    @Override
    public List<String> healthGroups() {
        return List.of("ready", "storage");
    }

    @Override
    public HealthCheck health(String group) {
        return group.equals("ready") ? health.get() : storage.get();
    }

    @Override
    public boolean isLive() {
        return live;
    }

    @Override
    public WorkerMetrics metrics() {
        return new WorkerMetrics("worker-1", 12.5, 3, 2, 1, 0, 1, 2, 2, 2, 0, 0, 0, 0, 7, 0, 1, 0, 0);
    }

    @Override
    public Distribution recentExecution() {
        return recent;
    }

    @Override
    public void collect(MetricsSink sink) {
        metrics.accept(sink);
    }

    @Override
    public WorkerConfig config() {
        return TestContext.CONFIG;
    }

    @Override
    public List<ConfigSetting> settings() {
        return List.of(new ConfigSetting("worker.namespace", "orders", ConfigOrigin.FLAG, "--namespace"));
    }

    @Override
    public CompletableFuture<StepOutcome> submit(StepRequest step, StepLimits limits) {
        throw notAsked();
    }

    @Override
    public void enqueue(StepRequest step, StepLimits limits) {
        throw notAsked();
    }

    @Override
    public FastTransport.Registration register(EventSubscriber subscriber) {
        throw notAsked();
    }

    @Override
    public Map<String, SubscriberFigures> subscribers() {
        throw notAsked();
    }

    @Override
    public EventSubscription consume(SubscriptionOptions options, DurableEventHandler handler) {
        throw new AssertionError("nothing is consumed over HTTP");
    }

    @Override
    public DurableTransport durable() {
        throw notAsked();
    }

    @Override
    public FastTransport fast() {
        if (!hasFastPath) {
            throw new TaskerException("TASKER-W201", "this runtime has no fast path");
        }
        return new TestTransports.Fast(channel);
    }

    @Override
    public List<ProviderReport> providers() {
        return List.of(new ProviderReport(
                "StepHandler",
                Optional.of("charge"),
                "com.example.Charge",
                Optional.of("com.example"),
                Optional.of("1.2"),
                "/plugins/charge.jar",
                ProviderReport.Status.ACTIVE,
                Optional.empty()));
    }

    @Override
    public LogLevels logLevels() {
        return logLevels;
    }

    @Override
    public PluginManager plugins() {
        return plugins;
    }

    @Override
    public WorkerLayers layers() {
        throw notAsked();
    }

    @Override
    public Map<String, URI> endpoints() {
        throw notAsked();
    }

    @Override
    public Optional<StopReport> stopReport() {
        return Optional.empty();
    }

    @Override
    public void close() {
        throw notAsked();
    }

    /** Wait until a condition holds, or fail after a time that no machine needs. */
    static void await(String what, Supplier<Boolean> condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.get()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("still waiting: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static AssertionError notAsked() {
        return new AssertionError("HTTP has no business with this");
    }
}
