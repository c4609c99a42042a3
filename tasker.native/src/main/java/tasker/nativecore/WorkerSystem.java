package tasker.nativecore;

import java.net.URI;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import tasker.events.api.ConfigSetting;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.HealthCheck;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.PublishException;
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
import tasker.events.api.spi.TransactionalEventPublisher;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.consuming.DurableEventHandler;
import tasker.nativecore.consuming.EventSubscription;
import tasker.nativecore.consuming.SubscriptionOptions;
import tasker.nativecore.guard.Foreign;

/**
 * Run a worker and answer the five questions: publish, poll, health, metrics, configuration.
 *
 * <p>Building a system discovers its services and checks its configuration; {@link #start()} starts the services in
 * order; {@link #close()} closes them in reverse order. Safe for use by many threads.
 */
public interface WorkerSystem extends AutoCloseable {
    /** Collect the parts of a worker with this configuration. */
    static WorkerSystemBuilder builder(Configuration configuration) {
        return new WorkerSystemBuilder(configuration);
    }

    /**
     * Start every service.
     *
     * @throws TaskerException when a required service does not start; what had been started is closed again
     * @throws IllegalStateException when it was called before
     */
    void start();

    /** Where the worker is in its life. */
    WorkerState state();

    /**
     * Publish one event on the paths of the mode; on two paths, it is committed before subscribers see it.
     *
     * @throws PublishException when the event is not, or may not have been, published
     * @throws TaskerException {@code TASKER-W201} when this runtime lacks a path that is asked for, {@code TASKER-W202}
     *     when the worker is not running
     */
    default void publish(DomainEvent event, DeliveryMode mode) {
        publish(event, mode, PublishOptions.defaults());
    }

    /**
     * Publish one event with options for its durable path; fails as {@link #publish(DomainEvent, DeliveryMode)} does.
     * The fast path has no options: its subscribers see the event at once, whatever the delay and the namespace.
     */
    void publish(DomainEvent event, DeliveryMode mode, PublishOptions options);

    /** Publish events in this order, on the durable path all of them or none; fails as {@link #publish} does. */
    default void publishAll(List<DomainEvent> events, DeliveryMode mode) {
        publishAll(events, mode, PublishOptions.defaults());
    }

    /** Publish events as {@link #publishAll(List, DeliveryMode)} does, with the same options for all. */
    void publishAll(List<DomainEvent> events, DeliveryMode mode, PublishOptions options);

    /**
     * Publish without waiting for the promise of each path; the future ends as {@link #publish} would. The call itself
     * waits while too many events are in flight.
     */
    default CompletableFuture<Void> publishAsync(DomainEvent event, DeliveryMode mode) {
        return publishAsync(event, mode, PublishOptions.defaults());
    }

    /** Publish as {@link #publishAsync(DomainEvent, DeliveryMode)} does, with options for the durable path. */
    CompletableFuture<Void> publishAsync(DomainEvent event, DeliveryMode mode, PublishOptions options);

    /**
     * Write one event in the connection's own transaction, on the durable path: it exists if and only if the caller
     * commits. Counted by the transport, apart from the published events, because it may be rolled back.
     *
     * @param connection leads to the worker's database, with autocommit off; it is neither committed nor rolled back
     * @throws PublishException when the event is not written
     * @throws TaskerException {@code TASKER-W201} when this runtime has no durable path, {@code TASKER-W202} when the
     *     worker is not running, {@code TASKER-W208} when the durable transport has no SQL transactions
     * @see TransactionalEventPublisher
     */
    void publish(Connection connection, DomainEvent event);

    /** Write events in this order in the connection's own transaction; fails as {@link #publish} does. */
    void publishAll(Connection connection, List<DomainEvent> events);

    /**
     * Subscribe to events of the fast path that are published from now on.
     *
     * @throws TaskerException {@code TASKER-W201} when this runtime has no fast path, {@code TASKER-W202} when the
     *     worker is not running
     */
    EventPoller subscribe(EventPattern pattern);

    /**
     * Subscribe to events of the fast path from a position on, which is how a subscriber that was away goes on where it
     * was; fails as {@link #subscribe(EventPattern)} does.
     *
     * @param position what {@link EventPoller#position()} of an earlier poller of this worker was
     * @see FastTransport#subscribe(EventPattern, long) what becomes of events that are not kept any more
     */
    default EventPoller subscribe(EventPattern pattern, long position) {
        FastTransport transport = fast();
        return Foreign.call(transport, () -> transport.subscribe(pattern, position));
    }

    /** Call a listener that is known by the name of its class; see the method with a name. */
    default FastTransport.Registration listen(EventPattern pattern, Consumer<InProcessDomainEvent> listener) {
        FastTransport transport = fast();
        return Foreign.call(transport, () -> transport.listen(pattern, listener));
    }

    /**
     * Call a listener, on a thread of the fast path, for events that are published from now on.
     *
     * @param name what logs and metrics call it
     * @return the registration, which the caller closes to be called no more
     * @throws TaskerException {@code TASKER-W201} when this runtime has no fast path, {@code TASKER-W202} when the
     *     worker is not running
     * @see FastTransport#listen what a listener may do
     */
    default FastTransport.Registration listen(
            String name, EventPattern pattern, Consumer<InProcessDomainEvent> listener) {
        FastTransport transport = fast();
        return Foreign.call(transport, () -> transport.listen(name, pattern, listener));
    }

    /**
     * The events of the fast path as a reactive stream: each subscriber gets those that are published after its
     * {@code subscribe}.
     *
     * @throws TaskerException {@code TASKER-W201} when this runtime has no fast path, {@code TASKER-W202} when the
     *     worker is not running
     * @see FastTransport#flow what a subscriber may expect
     */
    default Flow.Publisher<InProcessDomainEvent> flow(EventPattern pattern) {
        FastTransport transport = fast();
        return Foreign.call(transport, () -> transport.flow(pattern));
    }

    /**
     * Give a subscriber the events of the fast path from now on, under its name, until the registration or the worker
     * is closed. Its {@code start} and {@code close} are the caller's affair.
     *
     * @throws TaskerException {@code TASKER-W201} when this runtime has no fast path, {@code TASKER-W202} when the
     *     worker is not running, {@code TASKER-W209} when a subscriber of that name is active
     */
    FastTransport.Registration register(EventSubscriber subscriber);

    /** What each subscriber has seen, by its name: those that were registered and those that were discovered. */
    Map<String, SubscriberFigures> subscribers();

    /**
     * The health of every component, from answers that are at most a moment old; returns within the check's time limit.
     */
    HealthCheck health();

    /** The names of the groups of components whose health can be asked for, {@code ready} among them, sorted. */
    List<String> healthGroups();

    /**
     * The health of a group's components, as {@link #health()} gives it; components of no interest are not asked.
     *
     * @throws IllegalArgumentException when there is no such group
     */
    HealthCheck health(String group);

    /** Whether the worker itself is alive, without a look at anything beyond this process; answers at once. */
    boolean isLive();

    /** What has been counted and measured. */
    WorkerMetrics metrics();

    /** How long handlers ran within {@code worker.metrics-window-ms}, over all handlers. */
    Distribution recentExecution();

    /** Report every metric: the worker's own, the meters of its services, and its metrics sources. */
    void collect(MetricsSink sink);

    /** The worker's settings in force. */
    WorkerConfig config();

    /** Every setting in force, in the order of its section, with the layer it came from; secrets are not shown. */
    List<ConfigSetting> settings();

    /**
     * Hand over one step, to be tried once; as {@link #submit(StepRequest, StepLimits)} does.
     *
     * @throws TaskerException as there
     * @throws InterruptedException as there
     */
    default CompletableFuture<StepOutcome> submit(StepRequest step) throws InterruptedException {
        return submit(step, StepLimits.once());
    }

    /**
     * Hand over one step. While the dispatch channel is full this waits, or refuses the step, as
     * {@code worker.dispatch-when-full} says. The future ends, never exceptionally, once the result of the last attempt
     * is with the result sink; only when the sink still hangs after the worker was closed does it end without.
     *
     * @throws TaskerException {@code TASKER-S102} when no handler has the name, {@code TASKER-S110} when the channel is
     *     full and such steps are refused, {@code TASKER-W202} when the worker is not running
     * @throws InterruptedException when the waiting thread is interrupted; the step was not taken
     */
    CompletableFuture<StepOutcome> submit(StepRequest step, StepLimits limits) throws InterruptedException;

    /**
     * Add one step to the durable queue of this worker's namespace, for whichever worker reads it; returns when it is
     * committed.
     *
     * @throws TaskerException {@code TASKER-W201} when this runtime has no durable path, {@code TASKER-W202} when the
     *     worker is not running, {@code TASKER-W211} when nothing here holds steps; any other when the step was not, or
     *     may not have been, added
     */
    void enqueue(StepRequest step, StepLimits limits);

    /**
     * Handle durable events from now on, until the subscription or the worker is closed.
     *
     * @throws TaskerException when the queue cannot be opened, {@code TASKER-W201} when this runtime has no durable
     *     path, {@code TASKER-W202} when the worker is not running
     */
    EventSubscription consume(SubscriptionOptions options, DurableEventHandler handler);

    /**
     * The durable transport in use.
     *
     * @throws TaskerException {@code TASKER-W201} when this runtime has none, {@code TASKER-W202} when the worker is
     *     not running
     */
    DurableTransport durable();

    /**
     * The fast transport in use.
     *
     * @throws TaskerException {@code TASKER-W201} when this runtime has none, {@code TASKER-W202} when the worker is
     *     not running
     */
    FastTransport fast();

    /** Every provider that was found, and what became of it. */
    List<ProviderReport> providers();

    /** The services that come and go while the worker runs. */
    WorkerLayers layers();

    /** Where extensions answer, by their names. */
    Map<String, URI> endpoints();

    /** How much is logged, to be seen and changed; refuses where the builder was not told how. */
    default LogLevels logLevels() {
        return LogLevels.unsupported();
    }

    /** The plugins, to be seen and changed; there are none where the builder was not told how. */
    default PluginManager plugins() {
        return PluginManager.unsupported();
    }

    /**
     * Stop taking work, let what is in flight finish within {@code worker.shutdown-timeout-ms}, interrupt what has not,
     * and close every service, within the same time once more. During the start it gives the start up. Does nothing
     * when it was called before; waits until that call has ended. A handler must not call it: it would wait for itself.
     */
    @Override
    void close();

    /** What was left when the worker stopped; empty until {@link #close} has ended, and where it never started. */
    Optional<StopReport> stopReport();
}
