package tasker.nativecore;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.EventSubscriber;
import tasker.events.api.spi.FastTransport;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;
import tasker.nativecore.tracing.Tracing;

/**
 * Keep the subscribers of a worker, and the counts of the last {@value #MAX_FORMER} that were closed; safe for use by
 * many threads.
 */
final class Subscribers {
    private static final MetricId EVENTS =
            MetricId.of("tasker_subscriber_events_total", "Events that a subscriber got, by how that went.");
    private static final MetricId ACTIVE =
            MetricId.of("tasker_subscriber_active", "Whether a subscriber still gets events, 1 or 0.");

    private static final long LOOK_NANOS = 1_000_000;

    /** So many names of past subscribers stay in the metrics: a program may make new names as it goes. */
    static final int MAX_FORMER = 64;

    private final Map<String, Subscriber> subscribers = new ConcurrentSkipListMap<>();

    /** The names in the order of their registration, the last one of each. */
    private final Set<String> order = new LinkedHashSet<>();

    private final Tracing tracing;

    Subscribers(Tracing tracing) {
        this.tracing = tracing;
    }

    /** Give a subscriber events until the result is closed. */
    synchronized FastTransport.Registration add(String name, EventSubscriber subscriber, FastTransport transport) {
        Subscriber known = subscribers.get(name);
        if (known != null && known.isActive()) {
            throw new TaskerException(
                    "TASKER-W209", "a subscriber named '" + name + "' gets events already; close it, or rename one");
        }
        Subscriber added = new Subscriber(name, subscriber, transport, tracing);
        subscribers.put(name, added);
        order.remove(name);
        order.add(name);
        forgetFormer();
        return added;
    }

    private void forgetFormer() {
        List<String> former = order.stream().filter(this::isFormer).toList();
        for (String name : former.subList(0, Math.max(0, former.size() - MAX_FORMER))) {
            subscribers.remove(name);
            order.remove(name);
        }
    }

    private boolean isFormer(String name) {
        Subscriber known = subscribers.get(name);
        return known != null && !known.isActive();
    }

    /** Give a subscriber no more events; what it has seen stays counted. */
    void close(String name) {
        Subscriber subscriber = subscribers.get(name);
        if (subscriber != null) {
            subscriber.close();
        }
    }

    /** Wait until a subscriber that was closed has no event any more, or this time; tells whether it has none. */
    boolean awaitIdle(String name, long deadlineNanos) throws InterruptedException {
        Subscriber subscriber = subscribers.get(name);
        while (subscriber != null && subscriber.isBusy()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (System.nanoTime() - deadlineNanos >= 0) {
                return false;
            }
            LockSupport.parkNanos(this, LOOK_NANOS);
        }
        return true;
    }

    /** What each subscriber has seen, by its name, closed ones included as long as they are kept. */
    Map<String, SubscriberFigures> figures() {
        Map<String, SubscriberFigures> figures = new TreeMap<>();
        subscribers.forEach((name, subscriber) -> figures.put(name, subscriber.figures()));
        return figures;
    }

    void collect(MetricsSink sink) {
        Map<String, SubscriberFigures> all = figures();
        all.forEach((name, figures) -> {
            MetricId events = EVENTS.with("subscriber", name);
            sink.counter(events.with("outcome", "handled"), figures.handled());
            sink.counter(events.with("outcome", "failed"), figures.failed());
        });
        all.forEach((name, figures) -> sink.gauge(ACTIVE.with("subscriber", name), figures.active() ? 1 : 0));
    }
}
