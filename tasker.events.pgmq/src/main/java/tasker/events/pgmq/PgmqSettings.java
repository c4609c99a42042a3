package tasker.events.pgmq;

import java.time.Duration;
import java.util.List;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;

/**
 * Hold the settings of section {@code pgmq}.
 *
 * @param poolSize the most connections open at a time
 * @param publishTimeout the bound on one {@code publish}, waiting for a connection included
 * @param queryTimeout the bound on any other operation: receive, settle, look at queues
 * @param connectTimeout the bound on opening one connection, authentication included
 * @param pollInterval how often a waiting consumer looks for events that other processes wrote
 * @param asyncInFlight the most asynchronous publishes at a time
 * @param publishWriters how many groups of events are written at a time
 * @param publishBufferLength the most characters of events that wait to be written or are being written
 * @param notifying whether publishing wakes consumers that listen
 * @param metricsInterval how often the queues are measured when nobody asks for health
 * @param degradedDeadLetters health is degraded from this many dead letters on; 0 for never
 * @param degradedQueueLength health is degraded from this many waiting events, or steps, on; 0 for never
 * @param steps whether steps are read from the namespace's queue
 * @param stepVisibility how long a step that was read stays hidden, unless it is extended
 * @param degradedQueueAge health is degraded when the oldest event, or step, has waited this long; 0 for never
 */
record PgmqSettings(
        int poolSize,
        Duration publishTimeout,
        Duration queryTimeout,
        Duration connectTimeout,
        Duration pollInterval,
        int asyncInFlight,
        int publishWriters,
        int publishBufferLength,
        boolean notifying,
        Duration metricsInterval,
        int degradedDeadLetters,
        int degradedQueueLength,
        boolean steps,
        Duration stepVisibility,
        Duration degradedQueueAge) {

    private static final SettingKey<Integer> POOL_SIZE = SettingKey.integer(
            "pool-size", 8, 1, 200, "The most database connections that this worker holds for events.");
    private static final SettingKey<Duration> PUBLISH_TIMEOUT = SettingKey.millis(
            "publish-timeout-ms",
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            "The bound on publishing, waiting for a connection and retries included.");
    private static final SettingKey<Duration> QUERY_TIMEOUT = SettingKey.millis(
            "query-timeout-ms",
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            "The bound on receiving, settling and looking at queues.");
    private static final SettingKey<Duration> CONNECT_TIMEOUT = SettingKey.millis(
            "connect-timeout-ms",
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            "The bound on opening one connection, rounded up to whole seconds.");
    private static final SettingKey<Duration> POLL_INTERVAL = SettingKey.millis(
            "poll-interval-ms",
            Duration.ofMillis(100),
            Duration.ofMillis(10),
            Duration.ofMinutes(1),
            "How often a waiting consumer looks for events of other processes.");
    private static final SettingKey<Integer> ASYNC_IN_FLIGHT = SettingKey.integer(
            "async-in-flight", 4_096, 1, 100_000, "The most asynchronous publishes at a time; more of them wait.");
    private static final SettingKey<Integer> PUBLISH_WRITERS = SettingKey.integer(
            "publish-writers",
            2,
            1,
            16,
            "How many groups of concurrent publishes are written at a time, each on a connection of the pool.");
    private static final SettingKey<Integer> PUBLISH_BUFFER = SettingKey.integer(
            "publish-buffer-mb",
            128,
            64,
            1_024,
            "The most Mi characters of events in memory that are not committed yet; more of them wait.");
    private static final SettingKey<Boolean> NOTIFY = SettingKey.flag(
            "notify",
            true,
            "Whether publishing wakes consumers of other processes by NOTIFY, where the queue's own trigger does not.");
    private static final SettingKey<Duration> METRICS_INTERVAL = SettingKey.millis(
            "metrics-interval-ms",
            Duration.ofSeconds(15),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10),
            "How often the queues are measured for the metrics; a health check measures them too.");
    private static final SettingKey<Integer> DEGRADED_DEAD_LETTERS = SettingKey.integer(
            "degraded-dead-letters",
            1,
            0,
            Integer.MAX_VALUE,
            "Health is degraded from this many dead letters on; 0 for never.");
    private static final SettingKey<Integer> DEGRADED_QUEUE_LENGTH = SettingKey.integer(
            "degraded-queue-length",
            10_000,
            0,
            QueueDepths.MOST,
            "Health is degraded from this many waiting events, or steps, on; 0 for never.");
    private static final SettingKey<Duration> DEGRADED_QUEUE_AGE = SettingKey.millis(
            "degraded-queue-age-ms",
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofDays(366),
            "Health is degraded when the oldest event, or step, has waited this long; 0 for never.");

    private static final SettingKey<Boolean> STEPS = SettingKey.flag(
            "steps",
            true,
            "Whether a worker that has handlers runs the steps of the queue worker_<namespace>_queue, which it makes.");
    private static final SettingKey<Duration> STEP_VISIBILITY = SettingKey.millis(
            "step-visibility-ms",
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            "How long a step stays hidden from others after its worker was last heard of.");

    static List<SettingKey<?>> keys() {
        return List.of(
                POOL_SIZE,
                PUBLISH_TIMEOUT,
                QUERY_TIMEOUT,
                CONNECT_TIMEOUT,
                POLL_INTERVAL,
                ASYNC_IN_FLIGHT,
                PUBLISH_WRITERS,
                PUBLISH_BUFFER,
                NOTIFY,
                METRICS_INTERVAL,
                DEGRADED_DEAD_LETTERS,
                DEGRADED_QUEUE_LENGTH,
                STEPS,
                STEP_VISIBILITY,
                DEGRADED_QUEUE_AGE);
    }

    static PgmqSettings read(Settings settings) {
        return new PgmqSettings(
                settings.get(POOL_SIZE),
                settings.get(PUBLISH_TIMEOUT),
                settings.get(QUERY_TIMEOUT),
                settings.get(CONNECT_TIMEOUT),
                settings.get(POLL_INTERVAL),
                settings.get(ASYNC_IN_FLIGHT),
                settings.get(PUBLISH_WRITERS),
                settings.get(PUBLISH_BUFFER) * 1_024 * 1_024,
                settings.get(NOTIFY),
                settings.get(METRICS_INTERVAL),
                settings.get(DEGRADED_DEAD_LETTERS),
                settings.get(DEGRADED_QUEUE_LENGTH),
                settings.get(STEPS),
                settings.get(STEP_VISIBILITY),
                settings.get(DEGRADED_QUEUE_AGE));
    }

    /**
     * How long the server may work on one statement. Shorter than the time a caller waits, so that the caller gets the
     * server's refusal instead of silence, and keeps its connection.
     */
    Duration statementTimeout() {
        Duration shorter = publishTimeout.compareTo(queryTimeout) < 0 ? publishTimeout : queryTimeout;
        return shorter.multipliedBy(9).dividedBy(10);
    }
}
