package tasker.events.inprocess;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricSeries;
import tasker.events.api.spi.MetricsSink;

/**
 * Know who reads a channel, by the way in which they subscribed, until they are closed; safe for use by many threads.
 */
final class Subscribers {
    private static final String LABEL = "subscribers";
    private static final MetricSeries BACKLOG = MetricSeries.of(
            MetricId.of(
                    "tasker_inprocess_backlog",
                    "Events of the fast path that are not delivered yet, those in a callback's hand included, summed"
                            + " over the subscribers of a kind."),
            LABEL);
    private static final MetricSeries LARGEST = MetricSeries.of(
            MetricId.of(
                    "tasker_inprocess_backlog_max",
                    "Events of the fast path that the slowest subscriber of a kind has yet to be done with."),
            LABEL);

    /** A way to subscribe. */
    enum Kind {
        /** A thread of the subscriber's own polls. */
        POLLER,
        /** The one thread that calls all listeners. */
        LISTENER,
        /** A stream, called on a thread of its own. */
        STREAM;

        /** What metrics call those of this kind. */
        private String label() {
            return name().toLowerCase(Locale.ROOT) + "s";
        }
    }

    private record Backlog(long sum, int largest) {
        private static final Backlog NONE = new Backlog(0, 0);

        Backlog and(int one) {
            return new Backlog(sum + one, Math.max(largest, one));
        }
    }

    private final Set<ChannelEventPoller> open = ConcurrentHashMap.newKeySet();

    /** Read the events of these types by this receiver. */
    ChannelEventPoller add(BroadcastReceiver<DomainEvent> receiver, EventPattern pattern, Kind kind) {
        ChannelEventPoller added = new ChannelEventPoller(receiver, pattern, this, kind);
        open.add(added);
        return added;
    }

    void remove(ChannelEventPoller closed) {
        open.remove(closed);
    }

    /** How many events the slowest of all has yet to be done with; 0 when there is no subscriber. */
    int backlog() {
        return open.stream().mapToInt(ChannelEventPoller::backlog).max().orElse(0);
    }

    void collect(MetricsSink sink) {
        Map<Kind, Backlog> backlogs = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            backlogs.put(kind, Backlog.NONE);
        }
        open.forEach(
                poller -> backlogs.computeIfPresent(poller.kind(), (kind, backlog) -> backlog.and(poller.backlog())));
        backlogs.forEach((kind, backlog) -> sink.gauge(BACKLOG.of(kind.label()), (double) backlog.sum()));
        backlogs.forEach((kind, backlog) -> sink.gauge(LARGEST.of(kind.label()), backlog.largest()));
    }
}
