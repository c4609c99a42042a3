package tasker.nativecore.config;

import java.time.Duration;
import java.util.List;
import tasker.events.api.WorkerConfig;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;
import tasker.nativecore.discovery.Ranking;

/** Declare the section {@code [worker]}: what the core itself is told. */
public final class WorkerSettings {
    private static final Duration TICK = Duration.ofMillis(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int MAX_BUFFER = 1 << 20;

    /** Which worker this is; a host's name and the process id unless it is set. */
    public static final SettingKey<String> WORKER_ID = SettingKey.parsed(
            "worker-id",
            "text of 1 to 128 characters",
            "",
            "Names this worker in health, metrics and logs; the host's name and the process id when left out.",
            text -> text.isBlank()
                    ? WorkerIdentity.ofThisProcess()
                    : check(text, "default", "check").workerId());

    /** What queues are named after. */
    public static final SettingKey<String> NAMESPACE = SettingKey.parsed(
            "namespace",
            "1 to 29 letters, digits and _, not starting with a digit",
            "default",
            "Names the worker's queues; workers of one namespace share them.",
            text -> check("check", text, "check").namespace());

    /** Such as {@code production}. */
    public static final SettingKey<String> ENVIRONMENT = SettingKey.parsed(
            "environment",
            "text of 1 to 64 characters",
            "development",
            "Tells installations apart, for people only.",
            text -> check("check", "default", text).environment());

    /** The bound on a wait for in-process events. */
    public static final SettingKey<Duration> POLLING_INTERVAL_MS = SettingKey.millis(
            "polling-interval-ms",
            Duration.ofMillis(50),
            TICK,
            Duration.ofMinutes(1),
            "Bounds a wait for in-process events; publishing wakes it earlier.");

    /** How long a step may wait for a handler before that is reported. */
    public static final SettingKey<Duration> STARVATION_THRESHOLD_MS = SettingKey.millis(
            "starvation-threshold-ms",
            Duration.ofSeconds(1),
            TICK,
            DAY,
            "How long a step may wait for a handler before the worker reports starvation.");

    /** Handlers that run at once. */
    public static final SettingKey<Integer> MAX_CONCURRENT_HANDLERS = SettingKey.integer(
            "max-concurrent-handlers", 64, 1, 100_000, "How many handlers run at once, each on a virtual thread.");

    /** How long a handler may run. */
    public static final SettingKey<Duration> HANDLER_TIMEOUT_MS = SettingKey.millis(
            "handler-timeout-ms",
            Duration.ofSeconds(30),
            TICK,
            DAY,
            "How long a handler may run before it is interrupted, unless it states a limit of its own.");

    /** Steps that may wait for a handler. */
    public static final SettingKey<Integer> DISPATCH_BUFFER_SIZE =
            SettingKey.integer("dispatch-buffer-size", 1_000, 1, MAX_BUFFER, "How many steps may wait for a handler.");

    /** What becomes of a step that finds no room. */
    public static final SettingKey<WhenFull> DISPATCH_WHEN_FULL = SettingKey.parsed(
            "dispatch-when-full",
            "wait or refuse",
            "wait",
            "Whether submitting a step waits for room, or is refused, while too many wait for a handler.",
            WhenFull::parse);

    /** How long an interrupted handler may take. */
    public static final SettingKey<Duration> INTERRUPT_GRACE_MS = SettingKey.millis(
            "interrupt-grace-ms",
            Duration.ofMillis(500),
            TICK,
            Duration.ofMinutes(1),
            "How long a handler may take to return after its interrupt before it is left behind.");

    /** Results that may wait to be written. */
    public static final SettingKey<Integer> COMPLETION_BUFFER_SIZE = SettingKey.integer(
            "completion-buffer-size", 1_000, 1, MAX_BUFFER, "How many results may wait for the result sink.");

    /** The bound on closing the worker. */
    public static final SettingKey<Duration> SHUTDOWN_TIMEOUT_MS = SettingKey.millis(
            "shutdown-timeout-ms",
            Duration.ofSeconds(10),
            Duration.ZERO,
            Duration.ofHours(1),
            "How long the worker may take to finish what is in flight and close every service.");

    /** The durable transport: its name, {@code auto} or {@code none}. */
    public static final SettingKey<String> DURABLE_TRANSPORT = transport(
            "durable-transport", "Which transport carries the durable path; auto takes the one that is installed.");

    /** The fast transport: its name, {@code auto} or {@code none}. */
    public static final SettingKey<String> FAST_TRANSPORT =
            transport("fast-transport", "Which transport carries the fast path; auto takes the one that is installed.");

    /** The bound on making one provider. */
    public static final SettingKey<Duration> PROVIDER_TIMEOUT_MS = SettingKey.millis(
            "provider-timeout-ms",
            Duration.ofSeconds(10),
            Duration.ofMillis(10),
            Duration.ofMinutes(10),
            "How long the constructor of a service may take before the service is left out.");

    /** What comes first among the providers that are found. */
    public static final SettingKey<List<String>> PREFER = SettingKey.parsed(
            "prefer",
            "classes or modules, separated by commas, the best first",
            "",
            "Which providers come before all others: the first transport is the one that auto takes, and of two services"
                    + " with one name the first is kept.",
            Ranking::names);

    /** What is left out. */
    public static final SettingKey<List<String>> EXCLUDE = SettingKey.parsed(
            "exclude",
            "classes or modules, separated by commas",
            "",
            "Which providers are left out, before anything of them runs.",
            Ranking::names);

    /** The bound on one health check. */
    public static final SettingKey<Duration> HEALTH_TIMEOUT_MS = SettingKey.millis(
            "health-timeout-ms",
            Duration.ofSeconds(2),
            Duration.ofMillis(10),
            Duration.ofMinutes(1),
            "How long a health check may take before its component shows as degraded.");

    /** How long an answer of a health check is fresh. */
    public static final SettingKey<Duration> HEALTH_CACHE_MS = SettingKey.millis(
            "health-cache-ms",
            Duration.ofSeconds(1),
            Duration.ZERO,
            Duration.ofMinutes(1),
            "How long the answer of a health check is used again before the component is asked anew.");

    /** The operator's views of the health. */
    public static final SettingKey<HealthGroups> HEALTH_GROUPS = SettingKey.parsed(
            "health-groups",
            "groups, such as storage = pgmq, embedded-postgres; ready = *, !embedded-postgres",
            "",
            "Views of the health, each of the components it lists, without those that have a !; served at"
                    + " /health/<group>. ready decides whether the worker takes work, and has all components unless"
                    + " it is listed.",
            HealthGroups::parse);

    /** The sliding window of percentiles. */
    public static final SettingKey<Duration> METRICS_WINDOW_MS = SettingKey.millis(
            "metrics-window-ms",
            Duration.ofMinutes(5),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            "How far back the percentiles of the worker's metrics look.");

    /** The bound on one metrics source. */
    public static final SettingKey<Duration> METRICS_TIMEOUT_MS = SettingKey.millis(
            "metrics-timeout-ms",
            Duration.ofSeconds(1),
            Duration.ofMillis(10),
            Duration.ofMinutes(1),
            "How long a metrics source may take before a scrape goes on without it.");

    private WorkerSettings() {}

    /** The section {@code [worker]}. */
    public static ConfigSection section() {
        return new ConfigSection(
                "worker",
                List.of(
                        WORKER_ID,
                        NAMESPACE,
                        ENVIRONMENT,
                        POLLING_INTERVAL_MS,
                        STARVATION_THRESHOLD_MS,
                        MAX_CONCURRENT_HANDLERS,
                        HANDLER_TIMEOUT_MS,
                        DISPATCH_BUFFER_SIZE,
                        DISPATCH_WHEN_FULL,
                        INTERRUPT_GRACE_MS,
                        COMPLETION_BUFFER_SIZE,
                        SHUTDOWN_TIMEOUT_MS,
                        DURABLE_TRANSPORT,
                        FAST_TRANSPORT,
                        PROVIDER_TIMEOUT_MS,
                        PREFER,
                        EXCLUDE,
                        HEALTH_TIMEOUT_MS,
                        HEALTH_CACHE_MS,
                        HEALTH_GROUPS,
                        METRICS_WINDOW_MS,
                        METRICS_TIMEOUT_MS));
    }

    /** Read what {@link WorkerConfig} shows of the section. */
    public static WorkerConfig read(Settings settings) {
        return new WorkerConfig(
                settings.get(WORKER_ID),
                settings.get(NAMESPACE),
                settings.get(ENVIRONMENT),
                settings.get(POLLING_INTERVAL_MS).toMillis(),
                settings.get(STARVATION_THRESHOLD_MS).toMillis(),
                settings.get(MAX_CONCURRENT_HANDLERS),
                settings.get(HANDLER_TIMEOUT_MS).toMillis(),
                settings.get(DISPATCH_BUFFER_SIZE),
                settings.get(COMPLETION_BUFFER_SIZE));
    }

    private static SettingKey<String> transport(String name, String description) {
        return SettingKey.text(name, "auto", description + " The name of a transport, auto, or none.");
    }

    /** The record knows what its texts may be; asking it keeps the rules in one place. */
    private static WorkerConfig check(String workerId, String namespace, String environment) {
        return new WorkerConfig(workerId, namespace, environment, 1, 1, 1, 1, 1, 1);
    }
}
