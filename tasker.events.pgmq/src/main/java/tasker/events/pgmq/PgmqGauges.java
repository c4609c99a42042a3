package tasker.events.pgmq;

import java.util.LinkedHashMap;
import java.util.Map;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;

/** Report the queues' last measure and the pool as gauges; answers from memory, from any thread. */
final class PgmqGauges {
    private static final MetricId LENGTH = MetricId.of(
            "tasker_pgmq_queue_length", "Messages in the queue, hidden ones included; counting stops at 1000000.");
    private static final MetricId VISIBLE =
            MetricId.of("tasker_pgmq_queue_visible_length", "Messages that could be read; counting stops at 1000000.");
    private static final MetricId OLDEST = MetricId.of(
            "tasker_pgmq_queue_oldest_age_seconds", "Age of the oldest message in the queue; 0 when it is empty.");
    private static final MetricId CONNECTIONS =
            MetricId.of("tasker_pgmq_pool_connections", "Connections of the pool, by what they do.");
    private static final MetricId SIZE =
            MetricId.of("tasker_pgmq_pool_max_connections", "The most connections that the pool opens.");
    private static final MetricId WAITING =
            MetricId.of("tasker_pgmq_pool_waiting_threads", "Threads that wait for a connection.");

    private static final MetricId LINE =
            MetricId.of("tasker_pgmq_publish_waiting", "Publishes that wait for a writer to take them.");
    private static final MetricId LISTENING = MetricId.of(
            "tasker_pgmq_listener_connected", "Whether notifications of new messages come, 1 or 0; waiting starts it.");

    private final Database database;
    private final PgmqPublisher publisher;
    private final QueueDepths depths;
    private final Listener listener;

    PgmqGauges(Database database, PgmqPublisher publisher, QueueDepths depths, Listener listener) {
        this.database = database;
        this.publisher = publisher;
        this.depths = depths;
        this.listener = listener;
    }

    void collect(MetricsSink sink) {
        Map<QueueName, QueueDepths.Line> lines = new LinkedHashMap<>();
        depths.last().ifPresent(depth -> {
            lines.put(depths.events(), depth.events());
            depth.steps().ifPresent(line -> lines.put(depths.steps(), line));
        });
        // One family after the other.
        lines.forEach((queue, line) -> {
            sink.gauge(LENGTH.with("queue", queue.text()), line.length());
            sink.gauge(LENGTH.with("queue", queue.deadLetters().text()), line.deadLetters());
        });
        lines.forEach((queue, line) -> sink.gauge(VISIBLE.with("queue", queue.text()), line.visible()));
        lines.forEach((queue, line) -> sink.gauge(
                OLDEST.with("queue", queue.text()), line.oldestAgeSeconds().orElse(0.0)));
        Database.Figures figures = database.figures();
        sink.gauge(CONNECTIONS.with("state", "active"), figures.active());
        sink.gauge(CONNECTIONS.with("state", "idle"), figures.idle());
        sink.gauge(SIZE, figures.size());
        sink.gauge(WAITING, figures.waiting());
        sink.gauge(LINE, publisher.waiting());
        sink.gauge(LISTENING, listener.state() == Listener.State.LISTENING ? 1 : 0);
    }
}
