package tasker.events.api.spi;

import java.util.List;

/**
 * Live as long as a worker does: the life that all services share.
 *
 * <p>The core finds implementations with {@link java.util.ServiceLoader} (a public no-argument constructor or a public
 * static {@code provider()} method) and makes one instance of each a worker. Constructors must be quick and free of
 * side effects: what a service needs, it acquires in {@link #start}. A constructor that throws makes the core skip the
 * provider, report it and go on without it.
 *
 * <p>A service that also implements {@link HealthContributor} or {@link MetricsSource} is asked as such, under its own
 * name.
 */
public interface WorkerService {
    /**
     * The name that health, metrics, logs and configuration know this service by: 1 to 64 lower-case letters, digits
     * and {@code -}, starting with a letter. Called at any time, before {@link #start} too; always the same.
     */
    String name();

    /**
     * The settings of this service; they stand in the section of the configuration that is named after it. Called once,
     * before {@link #start}.
     */
    default List<SettingKey<?>> settings() {
        return List.of();
    }

    /**
     * Refuse settings that are good one by one but do not fit together, by throwing; best what a record throws that the
     * service makes of them, here as in {@link #start}. Called once, before {@link #start}, when the service is to be
     * used; the worker does not start then, or does not take the plugin while it runs, and says ({@code TASKER-C109})
     * what was thrown, which values of the section are in force, and where each came from. Must be quick and free of
     * side effects.
     */
    default void checkSettings(Settings settings) {}

    /**
     * Acquire what the service needs. Called once, on the thread that starts the worker; services start one after the
     * other: databases, transports, health, metrics, handlers, extensions.
     *
     * <p>An exception stops a required service's worker from starting (a database or a transport that is asked for);
     * any other service is closed, reported with its reason in health, and left out.
     */
    default void start(WorkerContext context) throws Exception {}

    /**
     * Let go of everything. Called once after {@link #start} was called, whether that succeeded or not, in reverse
     * order of the starts, on a thread of the core that is interrupted after half of what is left of the worker's
     * shutdown bound, the last service's after all of it, and no sooner than after 250 ms. An exception is logged and
     * ignored.
     */
    default void close() throws Exception {}
}
