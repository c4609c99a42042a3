package tasker.events.inprocess;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.DomainEventPublisher;
import tasker.events.api.spi.EventPoller;
import tasker.events.api.spi.FastTransport;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.HealthReport;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.MetricsSource;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.WorkerContext;

/**
 * Carry events to subscribers in this process through one {@link BroadcastChannel}.
 *
 * <p>Before the start and after the close, publishing fails with {@code TASKER-F101} and a new subscription is closed
 * from the beginning. Subscribers still receive what was published before the close; {@link #close} gives listeners and
 * subscribers with demand a second for that. Safe for use by many threads.
 */
public final class InProcessTransport implements FastTransport, HealthContributor, MetricsSource {
    private static final Logger LOG = LoggerFactory.getLogger(InProcessTransport.class);

    private static final SettingKey<Integer> CAPACITY = SettingKey.parsed(
            "capacity",
            "power of two, " + BroadcastChannel.MIN_CAPACITY + " to " + BroadcastChannel.MAX_CAPACITY,
            "2048",
            "How many events are kept for subscribers that fall behind; all of them stay in memory, read or not.",
            InProcessTransport::parseCapacity);

    private static final SettingKey<Duration> SLOW_LISTENER = SettingKey.millis(
            "slow-listener-ms",
            InProcessDomainEventPoller.SLOW_LISTENER,
            Duration.ofMillis(1),
            Duration.ofHours(1),
            "How long a listener may take for one event before it is logged and counted as slow.");

    private static final MetricId PUBLISHED =
            MetricId.of("tasker_inprocess_published_total", "Events published on the fast path.");
    private static final MetricId DROPPED = MetricId.of(
            "tasker_inprocess_dropped_total",
            "Events that were overwritten before a subscriber read them, summed over all subscribers.");
    private static final MetricId SUBSCRIBERS =
            MetricId.of("tasker_inprocess_subscribers", "Open subscriptions of the fast path.");
    private static final MetricId KEPT =
            MetricId.of("tasker_inprocess_capacity", "Events that the fast path keeps for subscribers.");

    private static final MetricId STREAMS =
            MetricId.of("tasker_inprocess_flow_subscribers", "Open subscriptions of reactive streams, among them all.");
    private static final MetricId STREAM_ERRORS = MetricId.of(
            "tasker_inprocess_flow_subscriber_errors_total",
            "How often a subscriber of a reactive stream threw, and was cancelled.");

    /** How long the close waits for those that are given the rest. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Duration patience;

    /** Guards the poller. */
    private final Object listening = new Object();

    /** Calls the listeners; made for the first of them. */
    private @Nullable InProcessDomainEventPoller poller;

    private final ListenerStats listenerStats = new ListenerStats();
    private final Flows flows = new Flows();
    private final Subscribers subscribers = new Subscribers();
    private volatile LogContext logContext = LogContext.NO_WORKER;
    private volatile Duration pollingInterval = Duration.ofMillis(50);
    private volatile Duration slowListener = InProcessDomainEventPoller.SLOW_LISTENER;
    private volatile BroadcastChannel<DomainEvent> channel;
    private volatile DomainEventPublisher publisher;

    /** Build a transport that is closed until it is started. */
    public InProcessTransport() {
        this(PATIENCE);
    }

    /** Build one whose close waits this long for those that are given the rest. */
    InProcessTransport(Duration patience) {
        this.patience = patience;
        channel = new BroadcastChannel<>(BroadcastChannel.MIN_CAPACITY);
        channel.close();
        publisher = new ChannelPublisher(channel);
    }

    @Override
    public String name() {
        return "inprocess";
    }

    @Override
    public List<SettingKey<?>> settings() {
        return List.of(CAPACITY, SLOW_LISTENER);
    }

    @Override
    public void start(WorkerContext context) {
        channel = new BroadcastChannel<>(context.settings().get(CAPACITY));
        publisher = new ChannelPublisher(channel);
        slowListener = context.settings().get(SLOW_LISTENER);
        logContext = new LogContext(context.worker().workerId());
        pollingInterval = Duration.ofMillis(context.worker().pollingIntervalMs());
        LOG.debug("event=inprocess_started capacity={}", channel.capacity());
    }

    @Override
    public void close() {
        channel.close();
        endDeliveries();
        LOG.debug("event=inprocess_closed published={} dropped={}", published(), dropped());
    }

    @Override
    public DomainEventPublisher publisher() {
        return publisher;
    }

    @Override
    public EventPoller subscribe(EventPattern pattern) {
        Objects.requireNonNull(pattern, "pattern");
        return subscribers.add(channel.subscribe(), pattern, Subscribers.Kind.POLLER);
    }

    @Override
    public EventPoller subscribe(EventPattern pattern, long position) {
        Objects.requireNonNull(pattern, "pattern");
        return subscribers.add(channel.subscribe(position), pattern, Subscribers.Kind.POLLER);
    }

    @Override
    public Registration listen(String name, EventPattern pattern, Consumer<InProcessDomainEvent> listener) {
        synchronized (listening) {
            if (channel.isClosed()) {
                return () -> {};
            }
            InProcessDomainEventPoller running = poller;
            if (running == null) {
                running = new InProcessDomainEventPoller(
                        subscribers.add(channel.subscribe(), EventPattern.all(), Subscribers.Kind.LISTENER),
                        pollingInterval,
                        slowListener,
                        listenerStats,
                        logContext);
                running.start();
                poller = running;
            }
            return running.subscribe(name, pattern, listener)::close;
        }
    }

    @Override
    public Flow.Publisher<InProcessDomainEvent> flow(EventPattern pattern) {
        Objects.requireNonNull(pattern, "pattern");
        return flows.of(() -> subscribers.add(channel.subscribe(), pattern, Subscribers.Kind.STREAM), () -> logContext);
    }

    @Override
    public int capacity() {
        return channel.capacity();
    }

    @Override
    public long published() {
        return channel.published();
    }

    @Override
    public long dropped() {
        return channel.dropped();
    }

    @Override
    public int subscribers() {
        return channel.receivers();
    }

    /** Let listeners and streams have what was published before the close, unless one of them takes too long. */
    private void endDeliveries() {
        long deadline = System.nanoTime() + patience.toNanos();
        InProcessDomainEventPoller running;
        synchronized (listening) {
            running = poller;
            poller = null;
        }
        try {
            flows.close(deadline);
            if (running != null) {
                running.awaitEnd(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            }
        } catch (InterruptedException ignored) {
            // Whoever closes is in a hurry; what remains to be done does not wait.
            Thread.currentThread().interrupt();
        }
        if (running != null) {
            running.abandon();
        }
    }

    /**
     * Healthy while the channel is open and listeners are called: a subscriber that falls behind is no fault of the
     * transport.
     */
    @Override
    public HealthReport check() {
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("capacity", channel.capacity());
        details.put("published", published());
        details.put("dropped", dropped());
        details.put("subscribers", subscribers());
        details.put("backlog", subscribers.backlog());
        overdueListener().ifPresent(name -> details.put("slow_listener", name));
        if (channel.isClosed()) {
            return HealthReport.unhealthy("The in-process channel is closed.", details);
        }
        return pollerFailure()
                .map(reason -> HealthReport.unhealthy(
                        "the thread that calls the listeners has ended (" + reason
                                + "), and they receive no more events;"
                                + " see TASKER-F103 in the log, and restart the worker",
                        details))
                .orElseGet(() -> HealthReport.healthy(details));
    }

    @Override
    public void collect(MetricsSink sink) {
        sink.counter(PUBLISHED, published());
        sink.counter(DROPPED, dropped());
        sink.gauge(SUBSCRIBERS, subscribers());
        subscribers.collect(sink);
        sink.gauge(KEPT, channel.capacity());
        sink.gauge(STREAMS, flows.open());
        sink.counter(STREAM_ERRORS, flows.errors());
        listenerStats.collect(sink);
    }

    private Optional<String> pollerFailure() {
        synchronized (listening) {
            return poller == null ? Optional.empty() : poller.failure();
        }
    }

    /** The listener that runs now and has taken too long already. */
    private Optional<String> overdueListener() {
        synchronized (listening) {
            return poller == null ? Optional.empty() : poller.overdue();
        }
    }

    private static Integer parseCapacity(String text) {
        try {
            int capacity = Integer.parseInt(text.strip());
            if (BroadcastChannel.isCapacity(capacity)) {
                return capacity;
            }
        } catch (NumberFormatException ignored) {
            // Reported below, with the range.
        }
        throw new InvalidValueException(
                CAPACITY.name(), "is '" + text + "'; expected a " + CAPACITY.shape() + ", such as 2048");
    }
}
