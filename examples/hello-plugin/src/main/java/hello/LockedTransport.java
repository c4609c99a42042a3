package hello;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tasker.events.api.DeliveryPath;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.DomainEventPublisher;
import tasker.events.api.spi.EventPoller;
import tasker.events.api.spi.FastTransport;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.MetricsSource;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.WorkerContext;

/**
 * Carry events within the process, with one lock around all: the simplest transport that keeps every promise of the
 * contract. It puts no limit on how long a listener may take. Used when {@code worker.fast-transport} is
 * {@code hello-locked}.
 */
public final class LockedTransport implements FastTransport, DomainEventPublisher, MetricsSource {
    private static final SettingKey<Integer> CAPACITY =
            SettingKey.integer("capacity", 1_024, 16, 1 << 20, "How many of the last events are kept.");
    private static final MetricId PUBLISHED =
            MetricId.of("tasker_hello_published_total", "Events published through this transport.");
    private static final MetricId DROPPED =
            MetricId.of("tasker_hello_dropped_total", "Events that subscribers missed, summed over all of them.");
    private static final MetricId SUBSCRIBERS =
            MetricId.of("tasker_hello_subscribers", "Subscriptions that are open.");
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Pattern LISTENER_NAME = Pattern.compile("[\\p{L}\\p{N}._$-]{1,128}");

    private final Map<StreamSubscription, Thread> streams = new ConcurrentHashMap<>();
    private volatile EventLog log = new EventLog(1);
    private volatile Listeners listeners = new Listeners(log);
    private volatile Optional<Thread> listenerThread = Optional.empty();

    /** Made once for each worker. */
    public LockedTransport() {}

    @Override
    public String name() {
        return "hello-locked";
    }

    @Override
    public List<SettingKey<?>> settings() {
        return List.of(CAPACITY);
    }

    @Override
    public void start(WorkerContext context) {
        log = new EventLog(context.settings().get(CAPACITY));
        listeners = new Listeners(log);
        log.open();
        Thread thread = Thread.ofPlatform().daemon().name("hello-listeners").start(listeners);
        listenerThread = Optional.of(thread);
    }

    @Override
    public void close() throws InterruptedException {
        long deadline = System.nanoTime() + CLOSE_NANOS;
        log.close();
        if (listenerThread.isPresent()) {
            finish(listenerThread.get(), deadline);
        }
        for (Map.Entry<StreamSubscription, Thread> stream : streams.entrySet()) {
            if (stream.getKey().isBusy()) {
                finish(stream.getValue(), deadline);
            }
        }
    }

    /** Wait for a thread until the deadline, and interrupt it then; not for one that called this itself. */
    private static void finish(Thread thread, long deadline) throws InterruptedException {
        if (thread.equals(Thread.currentThread())) {
            return;
        }
        TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
        thread.interrupt();
    }

    @Override
    public DomainEventPublisher publisher() {
        return this;
    }

    @Override
    public DeliveryPath path() {
        return DeliveryPath.FAST;
    }

    @Override
    public void publish(DomainEvent event) {
        publishAll(List.of(event));
    }

    @Override
    public void publishAll(List<DomainEvent> events) {
        log.append(events.stream().map(InProcessDomainEvent::of).toList());
    }

    @Override
    public CompletableFuture<Void> publishAsync(DomainEvent event) {
        try {
            publish(event);
            return CompletableFuture.completedFuture(null);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public EventPoller subscribe(EventPattern pattern) {
        return log.reader(pattern, Long.MAX_VALUE);
    }

    @Override
    public EventPoller subscribe(EventPattern pattern, long position) {
        return log.reader(pattern, position);
    }

    @Override
    public Registration listen(String name, EventPattern pattern, Consumer<InProcessDomainEvent> listener) {
        if (!LISTENER_NAME.matcher(name).matches()) {
            throw new InvalidValueException("name", "is '" + name + "'; expected 1 to 128 letters, digits, . _ $ -");
        }
        Reader reader = log.reader(pattern, Long.MAX_VALUE);
        listeners.add(name, reader, listener);
        return reader::close;
    }

    @Override
    public Flow.Publisher<InProcessDomainEvent> flow(EventPattern pattern) {
        return subscriber -> {
            Objects.requireNonNull(subscriber, "subscriber");
            EventLog current = log;
            StreamSubscription subscription =
                    new StreamSubscription(current, current.reader(pattern, Long.MAX_VALUE), subscriber);
            Thread thread = Thread.ofVirtual().name("hello-subscriber").unstarted(() -> {
                subscription.run();
                streams.remove(subscription);
            });
            streams.put(subscription, thread);
            subscription.begin();
            thread.start();
        };
    }

    @Override
    public int capacity() {
        return log.capacity();
    }

    @Override
    public long published() {
        return log.published();
    }

    @Override
    public long dropped() {
        return log.dropped();
    }

    @Override
    public int subscribers() {
        return log.subscribers();
    }

    @Override
    public void collect(MetricsSink sink) {
        sink.counter(PUBLISHED, published());
        sink.counter(DROPPED, dropped());
        sink.gauge(SUBSCRIBERS, subscribers());
    }
}
