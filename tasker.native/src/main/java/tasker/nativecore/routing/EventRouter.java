package tasker.nativecore.routing;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DeliveryPath;
import tasker.events.api.DomainEvent;
import tasker.events.api.PublishException;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DomainEventPublisher;
import tasker.events.api.spi.PublishOptions;
import tasker.nativecore.tracing.Tracing;

/**
 * Publish events on the paths of their mode, in the mode's order, and count each event once.
 *
 * <p>Safe for use by many threads. An event counts as published when its last path has taken it. What a transport
 * throws that has no code becomes a {@link PublishException} with {@code TASKER-W203}.
 */
public final class EventRouter {
    private final Map<DeliveryPath, String> missing;
    private final Map<DeliveryPath, DomainEventPublisher> open = new EnumMap<>(DeliveryPath.class);
    private final Map<DeliveryPath, Target> targets = new EnumMap<>(DeliveryPath.class);
    private final Tracing tracing;
    private volatile Map<DeliveryMode, Route> routes;

    /**
     * Start without any path.
     *
     * @param missing for each path what to tell those who ask for it while it is not open
     * @param tracing gives events the trace context that they are published in
     */
    public EventRouter(Map<DeliveryPath, String> missing, Tracing tracing) {
        this.tracing = tracing;
        this.missing = Map.copyOf(missing);
        Map<DeliveryMode, Route> empty = new EnumMap<>(DeliveryMode.class);
        for (DeliveryMode mode : DeliveryMode.values()) {
            empty.put(mode, Route.empty());
        }
        routes = empty;
    }

    /** Send the events of this path to this publisher from now on; traces call it this. */
    public synchronized void open(DeliveryPath path, DomainEventPublisher publisher, Target target) {
        open.put(path, publisher);
        targets.put(path, target);
        Map<DeliveryMode, Route> rebuilt = new EnumMap<>(DeliveryMode.class);
        routes.forEach((mode, route) -> {
            List<DomainEventPublisher> publishers = new ArrayList<>();
            for (DeliveryPath each : mode.paths()) {
                DomainEventPublisher found = open.get(each);
                if (found != null) {
                    publishers.add(found);
                }
            }
            boolean whole = publishers.size() == mode.paths().size();
            Target first = targets.getOrDefault(mode.paths().getFirst(), Target.UNKNOWN);
            rebuilt.put(mode, whole ? route.through(publishers, first) : route);
        });
        routes = rebuilt;
    }

    /**
     * Publish one event, and return when the promise of each path holds.
     *
     * @param options for the durable path, if the mode has it
     * @throws PublishException when the event is not, or may not have been, published
     * @throws TaskerException {@code TASKER-W201} when a path is missing; then no path has taken the event
     */
    public void publish(DomainEvent event, DeliveryMode mode, PublishOptions options) {
        Route route = usable(mode);
        if (!tracing.isOn()) {
            route.publish(tracing.carry(event), options);
            return;
        }
        send(route.send(tracing, List.of(event), options), traced -> route.publish(traced.getFirst(), options));
    }

    /** Publish events in this order, on the durable path all of them or none; fails as {@link #publish} does. */
    public void publishAll(List<DomainEvent> events, DeliveryMode mode, PublishOptions options) {
        Route route = usable(mode);
        List<DomainEvent> all = List.copyOf(events);
        if (!tracing.isOn() || all.isEmpty()) {
            route.publishAll(tracing.carry(all), options);
            return;
        }
        send(route.send(tracing, all, options), traced -> route.publishAll(traced, options));
    }

    /**
     * Write events on the durable path in another way than through its publisher, such as in a transaction of the
     * caller's, and record it as they are recorded that go through it. They are not counted.
     */
    public void record(List<DomainEvent> events, Consumer<List<DomainEvent>> writer) {
        if (!tracing.isOn() || events.isEmpty()) {
            writer.accept(tracing.carry(events));
            return;
        }
        send(route(DeliveryMode.DURABLE).send(tracing, events, PublishOptions.defaults()), writer);
    }

    private static void send(Tracing.Sending sending, Consumer<List<DomainEvent>> publishing) {
        try {
            sending.work().call(() -> {
                publishing.accept(sending.events());
                return Boolean.TRUE;
            });
            sending.work().end(null);
        } catch (RuntimeException | Error e) {
            sending.work().end(e);
            throw e;
        }
    }

    /** Publish without waiting; the future ends as {@link #publish} would, and never with a wrapped exception. */
    public CompletableFuture<Void> publishAsync(DomainEvent event, DeliveryMode mode, PublishOptions options) {
        Route route = route(mode);
        if (!route.isOpen()) {
            return CompletableFuture.failedFuture(missing(firstMissing(mode)));
        }
        if (!tracing.isOn()) {
            return route.publishAsync(tracing.carry(event), options);
        }
        Tracing.Sending sending = route.send(tracing, List.of(event), options);
        return route.publishAsync(sending.events().getFirst(), options)
                .whenComplete((nothing, thrown) -> sending.work().end(thrown));
    }

    /** Count an event of the durable path that was published in the transaction of a step's result. */
    public void countDurable() {
        route(DeliveryMode.DURABLE).published.increment();
    }

    /** How many events were published, once each whatever the paths. */
    public long published() {
        return routes.values().stream()
                .mapToLong(route -> route.published.value())
                .sum();
    }

    /** How many events of this mode were published. */
    public long published(DeliveryMode mode) {
        return route(mode).published.value();
    }

    /** How many events of this mode a path has refused. */
    public long failed(DeliveryMode mode) {
        return route(mode).failed.value();
    }

    /** The error that tells that a path is missing, and what to do. */
    public TaskerException missing(DeliveryPath path) {
        return new TaskerException("TASKER-W201", missing.getOrDefault(path, path + " is missing"));
    }

    private Route usable(DeliveryMode mode) {
        Route route = route(mode);
        if (!route.isOpen()) {
            throw missing(firstMissing(mode));
        }
        return route;
    }

    private synchronized DeliveryPath firstMissing(DeliveryMode mode) {
        return mode.paths().stream()
                .filter(path -> !open.containsKey(path))
                .findFirst()
                .orElse(mode.paths().getFirst());
    }

    private Route route(DeliveryMode mode) {
        Route route = routes.get(mode);
        if (route == null) {
            throw new IllegalStateException("no route for " + mode);
        }
        return route;
    }
}
