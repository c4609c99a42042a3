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
 * last, dead letters or a backlog beyond the configured numbers or age, or a pool so busy that not even this check got
 * a connection although the server answers others.
 */
final class PgmqHealth {
    /** Half of the default time limit of a health check. */
    private static final Duration BOUND = Duration.ofSeconds(1);

    /** A server that answered this recently is there, even when the pool is exhausted. */
    private static final Duration RECENTLY = Duration.ofSeconds(5);

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
        try {
            QueueDepths.Depth depth = depths.measure(BOUND);
            details.put("server_version", depth.serverVersion());
            details.put("round_trip_ms", Math.round(depth.tookNanos() / 1e4) / 100.0);
            details.put("queue_length", depth.length());
            details.put("queue_visible_length", depth.visible());
            depth.oldestAgeSeconds()
                    .ifPresent(age -> details.put("queue_oldest_age_seconds", Math.round(age * 1e3) / 1e3));
            details.put("dead_letters", depth.deadLetters());
            pool(details);
            return judge(depth, details);
        } catch (NoConnectionException e) {
            pool(details);
            if (e.isBusy() && database.nanosSinceAnswer() < RECENTLY.toNanos()) {
                return HealthReport.degraded(
                        "no connection within " + BOUND.toMillis() + " ms: " + e.getMessage(), details);
            }
            return HealthReport.unhealthy(String.valueOf(e.getMessage()), details);
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
            return HealthReport.unhealthy(
                    String.valueOf(DatabaseErrors.of(e, target).getMessage()), details);
        }
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
        if (settings.degradedDeadLetters() > 0 && depth.deadLetters() >= settings.degradedDeadLetters()) {
            return Optional.of(
                    depth.deadLetters() + (depth.deadLetters() == 1 ? " dead letter in '" : " dead letters in '")
                            + depths.events().deadLetters() + "' (pgmq.degraded-dead-letters)");
        }
        if (settings.degradedQueueLength() > 0 && depth.length() >= settings.degradedQueueLength()) {
            return Optional.of(depth.length() + (depth.length() == 1 ? " event waits in '" : " events wait in '")
                    + depths.events() + "' (pgmq.degraded-queue-length)");
        }
        double limit = settings.degradedQueueAge().toMillis() / 1e3;
        return depth.oldestAgeSeconds()
                .filter(age -> limit > 0 && age >= limit)
                .map(age -> String.format(
                        Locale.ROOT,
                        "the oldest event in '%s' has waited %.1f s (pgmq.degraded-queue-age-ms)",
                        depths.events(),
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
