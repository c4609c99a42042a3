package tasker.events.pgmq;

import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasker.events.api.spi.HealthReport;

/**
 * Find out how the durable path is, with one round trip that also measures the queues.
 *
 * <p>Unhealthy: no connection, no answer, a missing queue, a read-only server. Degraded: no room for what was written
 * last, dead letters or a backlog beyond the configured numbers or age, or a pool or a machine so busy that this check
 * got no connection or no answer in time, although the server has answered within the last seconds.
 */
final class PgmqHealth {
    /** Half of the default time limit of a health check. */
    private static final Duration BOUND = Duration.ofSeconds(1);

    private final Database database;
    private final Target target;
    private final QueueDepths depths;
    private final PgmqSettings settings;
    private final String schema;
    private final Listener listener;
    private final Committer committer;

    PgmqHealth(
            Database database,
            Target target,
            QueueDepths depths,
            PgmqSettings settings,
            String schema,
            Listener listener,
            Committer committer) {
        this.committer = committer;
        this.database = database;
        this.target = target;
        this.depths = depths;
        this.settings = settings;
        this.schema = schema;
        this.listener = listener;
    }

    HealthReport check() throws InterruptedException {
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("database", target.host() + '/' + target.database());
        details.put("schema", schema);
        details.put("queue", depths.events().text());
        details.put("listener", listener.state().name().toLowerCase(Locale.ROOT));
        long began = System.nanoTime();
        try {
            QueueDepths.Depth depth = depths.measure(BOUND);
            details.put("server_version", depth.serverVersion());
            details.put("round_trip_ms", Math.round(depth.tookNanos() / 1e4) / 100.0);
            describe("", depth.events(), details);
            depth.steps().ifPresent(line -> {
                details.put("step_queue", depths.steps().text());
                describe("step_", line, details);
            });
            pool(details);
            return judge(depth, details);
        } catch (NoConnectionException e) {
            pool(details);
            return withoutConnection(e, database.isAnsweredLately(), details);
        } catch (TransactionException failed) {
            SQLException e = failed.failure();
            pool(details);
            if (SqlStates.isMissing(e)) {
                return HealthReport.unhealthy(
                        "TASKER-Q113 " + DatabaseErrors.oneLine(e)
                                + "; the next publish or measure (pgmq.metrics-interval-ms) makes a queue again, a restart the"
                                + " schema",
                        details);
            }
            String reason = String.valueOf(DatabaseErrors.of(e, target).getMessage());
            boolean late = System.nanoTime() - began >= BOUND.toNanos();
            return late && database.isAnsweredLately()
                    ? HealthReport.degraded("no answer within " + BOUND.toMillis() + " ms: " + reason, details)
                    : HealthReport.unhealthy(reason, details);
        }
    }

    /**
     * Judge that there was no connection.
     *
     * @param answered whether the server has answered somebody lately
     */
    static HealthReport withoutConnection(
            NoConnectionException problem, boolean answered, Map<String, @Nullable Object> details) {
        String reason = String.valueOf(problem.getMessage());
        return problem.isBusy() && answered
                ? HealthReport.degraded("no connection within " + BOUND.toMillis() + " ms: " + reason, details)
                : HealthReport.unhealthy(reason, details);
    }

    private static void describe(String prefix, QueueDepths.Line line, Map<String, @Nullable Object> details) {
        details.put(prefix + "queue_length", line.length());
        details.put(prefix + "queue_visible_length", line.visible());
        line.oldestAgeSeconds()
                .ifPresent(age -> details.put(prefix + "queue_oldest_age_seconds", Math.round(age * 1e3) / 1e3));
        details.put(prefix + "dead_letters", line.deadLetters());
    }

    private HealthReport judge(QueueDepths.Depth depth, Map<String, @Nullable Object> details) {
        if (depth.readOnly()) {
            return HealthReport.unhealthy("TASKER-D113 the server takes no writes; connect to the primary", details);
        }
        return complaint(depth)
                .map(complaint -> HealthReport.degraded(complaint, details))
                .orElseGet(() -> HealthReport.healthy(details));
    }

    private Optional<String> complaint(QueueDepths.Depth depth) {
        Optional<String> shortage = committer.shortage();
        if (shortage.isPresent()) {
            return shortage.map(reason -> "TASKER-Q102 the server refuses to write: " + reason);
        }
        return complaint(depths.events(), "event", depth.events())
                .or(() -> depth.steps().flatMap(line -> complaint(depths.steps(), "step", line)));
    }

    private Optional<String> complaint(QueueName queue, String item, QueueDepths.Line line) {
        if (settings.degradedDeadLetters() > 0 && line.deadLetters() >= settings.degradedDeadLetters()) {
            return Optional.of(line.deadLetters()
                    + (line.deadLetters() == 1 ? " dead letter in '" : " dead letters in '")
                    + queue.deadLetters() + "' (pgmq.degraded-dead-letters)");
        }
        if (settings.degradedQueueLength() > 0 && line.length() >= settings.degradedQueueLength()) {
            return Optional.of(line.length() + " " + item + (line.length() == 1 ? " waits in '" : "s wait in '") + queue
                    + "' (pgmq.degraded-queue-length)");
        }
        double limit = settings.degradedQueueAge().toMillis() / 1e3;
        return line.oldestAgeSeconds()
                .filter(age -> limit > 0 && age >= limit)
                .map(age -> String.format(
                        Locale.ROOT,
                        "the oldest %s in '%s' has waited %.1f s (pgmq.degraded-queue-age-ms)",
                        item,
                        queue,
                        age));
    }

    private void pool(Map<String, @Nullable Object> details) {
        Database.Figures figures = database.figures();
        details.put("pool_size", figures.size());
        details.put("pool_active", figures.active());
        details.put("pool_idle", figures.idle());
        details.put("pool_waiting", figures.waiting());
    }
}
