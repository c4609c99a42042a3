package tasker.events.api;

import java.util.regex.Pattern;

/**
 * Describe the settings of a worker that are in force.
 *
 * @param workerId which worker, 1 to 128 characters
 * @param namespace what its queues are named after: 1 to 29 letters, digits and {@code _}, not starting with a digit
 * @param environment such as {@code production}, 1 to 64 characters
 * @param pollingIntervalMs the bound on a wait for in-process events, 1 to 60,000
 * @param starvationThresholdMs how long a step may wait for a handler before that is reported, at least 1
 * @param maxConcurrentHandlers handlers that run at once, 1 to 100,000
 * @param handlerTimeoutMs how long a handler may run, at least 1
 * @param dispatchBufferSize steps that may wait for a handler, 1 to 1,048,576
 * @param completionBufferSize results that may wait to be written, 1 to 1,048,576
 */
public record WorkerConfig(
        String workerId,
        String namespace,
        String environment,
        long pollingIntervalMs,
        long starvationThresholdMs,
        int maxConcurrentHandlers,
        long handlerTimeoutMs,
        int dispatchBufferSize,
        int completionBufferSize) {

    private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final int MAX_BUFFER = 1 << 20;

    /**
     * Check the values.
     *
     * @throws InvalidValueException when a value is missing or out of its range
     */
    public WorkerConfig {
        Checks.notBlank(workerId, "worker_id", 128);
        Checks.matches(
                namespace,
                "namespace",
                29,
                NAMESPACE,
                "letters, digits and _, starting with a letter or an underscore");
        Checks.notBlank(environment, "environment", 64);
        Checks.atLeast(pollingIntervalMs, "polling_interval_ms", 1);
        if (pollingIntervalMs > 60_000) {
            throw new InvalidValueException("polling_interval_ms", "is " + pollingIntervalMs + "; at most 60000");
        }
        Checks.atLeast(starvationThresholdMs, "starvation_threshold_ms", 1);
        Checks.inRange(maxConcurrentHandlers, "max_concurrent_handlers", 1, 100_000);
        Checks.atLeast(handlerTimeoutMs, "handler_timeout_ms", 1);
        Checks.inRange(dispatchBufferSize, "dispatch_buffer_size", 1, MAX_BUFFER);
        Checks.inRange(completionBufferSize, "completion_buffer_size", 1, MAX_BUFFER);
    }
}
