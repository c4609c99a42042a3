package tasker.nativecore.delivery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.DurableTransport;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.HealthReport;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.MetricsSource;
import tasker.nativecore.consuming.DurableEventHandler;
import tasker.nativecore.consuming.EventSubscription;
import tasker.nativecore.consuming.SubscriptionFigures;
import tasker.nativecore.consuming.SubscriptionOptions;
import tasker.nativecore.guard.Foreign;
import tasker.nativecore.tracing.Tracing;

/**
 * Keep the subscriptions of a worker, and tell their health and figures; safe for use by many threads.
 *
 * <p>A subscription that cannot read its queue makes this component degraded; why the store is away is for the
 * transport to say.
 */
public final class Subscriptions implements HealthContributor, MetricsSource {
    /** What this component is named in health and metrics. */
    public static final String NAME = "consumers";

    private static final MetricId IN_FLIGHT =
            MetricId.of("tasker_consumer_in_flight", "Events that are being handled, by queue.");
    private static final MetricId UNSETTLED =
            MetricId.of("tasker_consumer_unsettled", "Events that were received and are not settled, by queue.");

    private final String workerId;
    private final Tracing tracing;
    private final Meters meters;
    private final Set<Subscription> open = new LinkedHashSet<>();
    private boolean closed;

    /** Start without any; the meters are those of this component. */
    public Subscriptions(String workerId, Tracing tracing, Meters meters) {
        this.tracing = tracing;
        this.workerId = workerId;
        this.meters = meters;
    }

    /** Whether the current thread runs a handler of a subscription, of whatever worker. */
    public static boolean isHandlerThread() {
        return Handling.isCurrentThread();
    }

    /**
     * Handle events of this transport from now on.
     *
     * @throws TaskerException when the queue cannot be opened, and {@code TASKER-W202} when all were closed
     */
    public EventSubscription open(
            DurableTransport transport, SubscriptionOptions options, DurableEventHandler handler) {
        String queue = options.consumer()
                .queue()
                .orElseGet(
                        () -> Foreign.call(transport, () -> transport.queues().eventQueue()));
        DurableEventConsumer consumer = Foreign.call(transport, () -> transport.openConsumer(options.consumer()));
        synchronized (open) {
            if (!closed) {
                // Its end waits for this lock, and so finds it in the set.
                Subscription[] made = new Subscription[1];
                Traced traced = new Traced(tracing, transport.name(), queue);
                made[0] = new Subscription(
                        queue, consumer, options, handler, workerId, traced, meters, () -> forget(made[0]));
                open.add(made[0]);
                return made[0];
            }
        }
        Foreign.run(consumer, consumer::close);
        throw new TaskerException("TASKER-W202", "the worker takes no more subscriptions, it is being closed");
    }

    private void forget(Subscription ended) {
        synchronized (open) {
            open.remove(ended);
        }
    }

    private List<Subscription> all() {
        synchronized (open) {
            return new ArrayList<>(open);
        }
    }

    /** Open no more, and close all side by side, letting handlers finish until this time; tells how many there were. */
    public int closeAll(long deadlineNanos) throws InterruptedException {
        synchronized (open) {
            closed = true;
        }
        List<Thread> closing = new ArrayList<>();
        for (Subscription subscription : all()) {
            closing.add(Thread.ofVirtual()
                    .name("tasker-close-" + subscription.queue())
                    .start(() -> subscription.close(deadlineNanos)));
        }
        try {
            for (Thread thread : closing) {
                thread.join();
            }
        } catch (InterruptedException e) {
            // Each then ends its handlers at once.
            closing.forEach(Thread::interrupt);
            throw e;
        }
        return closing.size();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public HealthReport check() {
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        for (Subscription subscription : all()) {
            SubscriptionFigures figures = subscription.figures();
            details.merge("subscriptions", 1, (one, two) -> (Integer) one + (Integer) two);
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("state", figures.state().text());
            one.put("in_flight", figures.inFlight());
            one.put("unsettled", figures.unsettled());
            one.put("received", figures.received());
            one.put("succeeded", figures.succeeded());
            one.put("retried", figures.retried());
            one.put("dead_lettered", figures.deadLettered());
            one.put("lost", figures.lost());
            details.put(subscription.queue(), one);
            figures.problem()
                    .ifPresent(problem -> problems.add("cannot read '" + subscription.queue() + "': " + problem));
        }
        return problems.isEmpty()
                ? HealthReport.healthy(details)
                : HealthReport.degraded(String.join("; ", problems), details);
    }

    @Override
    public void collect(MetricsSink sink) {
        Map<String, Integer> inFlight = new TreeMap<>();
        Map<String, Integer> unsettled = new TreeMap<>();
        for (Subscription subscription : all()) {
            SubscriptionFigures figures = subscription.figures();
            inFlight.merge(subscription.queue(), figures.inFlight(), Integer::sum);
            unsettled.merge(subscription.queue(), figures.unsettled(), Integer::sum);
        }
        inFlight.forEach((queue, events) -> sink.gauge(IN_FLIGHT.with("queue", queue), events));
        unsettled.forEach((queue, events) -> sink.gauge(UNSETTLED.with("queue", queue), events));
    }
}
