package tasker.events.pgmq;

import java.util.EnumMap;
import java.util.Map;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;

/** Count what the transport does; safe for use by many threads. */
final class PgmqMeters {
    private static final MetricId FAILED = MetricId.of(
            "tasker_pgmq_publish_failed_total", "Events whose publishing failed, by whether they may exist after all.");
    private static final MetricId DEAD_LETTERED =
            MetricId.of("tasker_pgmq_dead_lettered_total", "Messages moved to the dead letters, by reason.");

    private static final MetricId STEPS_SETTLED = MetricId.of(
            "tasker_pgmq_steps_settled_total",
            "Steps whose result was to be written, by whether they were still this worker's.");

    private final Meters.Timer publishDuration;
    private final Meters.Counter published;
    private final Meters.Counter groups;
    private final Meters.Counter transactional;
    private final Meters.Counter notWritten;
    private final Meters.Counter unknown;
    private final Meters.Counter received;
    private final Meters.Counter acknowledged;
    private final Meters.Counter released;
    private final Meters.Counter lost;
    private final Meters.Counter extended;
    private final Meters.Counter duplicates;
    private final Meters.Counter stepsSettled;
    private final Meters.Counter stepsLost;
    private final Meters.Counter notifications;
    private final Meters.Counter reconnects;
    private final Map<DeathNote.Cause, Meters.Counter> deadLettered = new EnumMap<>(DeathNote.Cause.class);

    PgmqMeters(Meters meters) {
        publishDuration = meters.timer(MetricId.of(
                "tasker_pgmq_publish_duration_seconds", "How long a successful publish took, until its commit."));
        published = meters.counter(MetricId.of("tasker_pgmq_published_total", "Events committed to the event queue."));
        groups = meters.counter(MetricId.of(
                "tasker_pgmq_publish_groups_total", "Groups of concurrent publishes, each a transaction or more."));
        transactional = meters.counter(MetricId.of(
                "tasker_pgmq_transactional_total",
                "Events written in callers' own transactions, which may have been rolled back."));
        notWritten = meters.counter(FAILED.with("outcome", "not_written"));
        unknown = meters.counter(FAILED.with("outcome", "unknown"));
        received = meters.counter(MetricId.of("tasker_pgmq_received_total", "Events handed to consumers."));
        acknowledged = meters.counter(MetricId.of("tasker_pgmq_acknowledged_total", "Events settled as done."));
        released = meters.counter(MetricId.of("tasker_pgmq_released_total", "Events given back for another attempt."));
        lost = meters.counter(MetricId.of(
                "tasker_pgmq_settle_lost_total",
                "Events that another consumer had received before they were settled."));
        extended = meters.counter(
                MetricId.of("tasker_pgmq_extended_total", "Times that the visibility of an event was extended."));
        duplicates = meters.counter(MetricId.of(
                "tasker_pgmq_duplicates_total", "Events received in a second message within the duplicate window."));
        stepsSettled = meters.counter(STEPS_SETTLED.with("outcome", "settled"));
        stepsLost = meters.counter(STEPS_SETTLED.with("outcome", "lost"));
        notifications = meters.counter(MetricId.of(
                "tasker_pgmq_notifications_total", "Notifications of new messages that the listener has heard."));
        reconnects = meters.counter(MetricId.of(
                "tasker_pgmq_listener_reconnects_total",
                "Times that the listener's lost connection was opened again."));
        for (DeathNote.Cause cause : DeathNote.Cause.values()) {
            deadLettered.put(cause, meters.counter(DEAD_LETTERED.with("reason", cause.label())));
        }
    }

    void published(int events, long nanos) {
        publishDuration.record(nanos);
        published.add(events);
    }

    void group() {
        groups.increment();
    }

    void transactional(int events) {
        transactional.add(events);
    }

    void failed(int events, boolean mayHaveBeenWritten) {
        (mayHaveBeenWritten ? unknown : notWritten).add(events);
    }

    void received(int events) {
        received.add(events);
    }

    void acknowledged(int asked, int done) {
        acknowledged.add(done);
        lost.add(asked - done);
    }

    void released(boolean done) {
        (done ? released : lost).increment();
    }

    void deadLettered(DeathNote.Cause cause) {
        Meters.Counter counter = deadLettered.get(cause);
        if (counter != null) {
            counter.increment();
        }
    }

    void lost(int events) {
        lost.add(events);
    }

    void extended(int events) {
        extended.add(events);
    }

    void duplicate() {
        duplicates.increment();
    }

    void stepsSettled(int settled, int lost) {
        stepsSettled.add(settled);
        stepsLost.add(lost);
    }

    void notified(int times) {
        notifications.add(times);
    }

    void listenerReconnected() {
        reconnects.increment();
    }
}
