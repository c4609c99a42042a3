package tasker.nativecore.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;
import tasker.nativecore.metrics.StripedCounter;

/** Count what a subscription does, for itself and for the metrics of its queue; safe for use by many threads. */
final class SubscriptionMeters {
    private static final MetricId RECEIVED =
            MetricId.of("tasker_consumer_received_total", "Events that were received for handlers, by queue.");
    private static final MetricId EVENTS = MetricId.of(
            "tasker_consumer_events_total", "Events that handlers were given, by queue and by what became of them.");
    private static final MetricId DURATION =
            MetricId.of("tasker_consumer_handle_duration_seconds", "How long handlers of events ran, by queue.");
    private static final MetricId DELAY = MetricId.of(
            "tasker_consumer_delay_seconds",
            "Time from the writing of an event to its receipt, by the clocks of both, by queue.");
    private static final MetricId ERRORS =
            MetricId.of("tasker_consumer_store_errors_total", "Calls of the store that failed, by queue.");

    final Tally received;
    final Tally succeeded;
    final Tally retried;
    final Tally deadLettered;
    final Tally lost;
    final Tally released;
    final Tally storeErrors;
    private final Meters.Timer duration;
    private final Meters.Timer delay;

    SubscriptionMeters(Meters meters, String queue) {
        received = new Tally(meters.counter(RECEIVED.with("queue", queue)));
        MetricId events = EVENTS.with("queue", queue);
        succeeded = new Tally(meters.counter(events.with("outcome", "success")));
        retried = new Tally(meters.counter(events.with("outcome", "retry")));
        deadLettered = new Tally(meters.counter(events.with("outcome", "dead_letter")));
        lost = new Tally(meters.counter(events.with("outcome", "lost")));
        released = new Tally(meters.counter(events.with("outcome", "released")));
        storeErrors = new Tally(meters.counter(ERRORS.with("queue", queue)));
        duration = meters.timer(DURATION.with("queue", queue));
        delay = meters.timer(DELAY.with("queue", queue));
    }

    void handled(long nanos, Optional<TraceContext> trace) {
        duration.record(nanos, trace);
    }

    void waited(Instant enqueuedAt, Instant receivedAt) {
        delay.record(Duration.between(enqueuedAt, receivedAt).toNanos());
    }

    /** Count in two places: subscriptions of one queue share the meter. */
    static final class Tally {
        private final StripedCounter own = new StripedCounter();
        private final Meters.Counter shared;

        private Tally(Meters.Counter shared) {
            this.shared = shared;
        }

        void add(long amount) {
            own.add(amount);
            shared.add(amount);
        }

        long value() {
            return own.value();
        }
    }
}
