package tasker.events.api;

/**
 * Count what a worker has done since it started; every figure is measured.
 *
 * <p>Times are milliseconds. Percentiles are over the sliding window of the last minutes; average and maximum are since
 * start.
 *
 * @param workerId which worker
 * @param uptimeSeconds since the worker started
 * @param stepsProcessed steps that ended, well or not
 * @param stepsSucceeded steps whose handler succeeded
 * @param stepsFailed steps that failed, timed out or threw
 * @param stepsInProgress steps whose handler runs now
 * @param avgExecutionTimeMs mean time of a handler
 * @param maxExecutionTimeMs longest time of a handler
 * @param p95ExecutionTimeMs 95 of 100 handlers were at least this fast
 * @param p99ExecutionTimeMs 99 of 100 handlers were at least this fast
 * @param dispatchChannelPending steps that wait for a handler
 * @param completionChannelPending results that wait to be written
 * @param dispatchChannelSaturation pending steps over capacity, 0 to 1
 * @param completionChannelSaturation pending results over capacity, 0 to 1
 * @param domainEventsPublished events published, once per event whatever its paths
 * @param domainEventsDropped events that subscribers of the fast path missed, summed over subscribers
 * @param handlerErrors handlers that threw
 * @param timeoutErrors handlers that ran out of time
 * @param ffiErrors calls over the native boundary that ended in an error; 0 while the worker has no such boundary
 */
public record WorkerMetrics(
        String workerId,
        double uptimeSeconds,
        long stepsProcessed,
        long stepsSucceeded,
        long stepsFailed,
        long stepsInProgress,
        double avgExecutionTimeMs,
        double maxExecutionTimeMs,
        double p95ExecutionTimeMs,
        double p99ExecutionTimeMs,
        long dispatchChannelPending,
        long completionChannelPending,
        double dispatchChannelSaturation,
        double completionChannelSaturation,
        long domainEventsPublished,
        long domainEventsDropped,
        long handlerErrors,
        long timeoutErrors,
        long ffiErrors) {

    /**
     * Check the values.
     *
     * @throws InvalidValueException when a value is missing or out of its range, or processed is not succeeded plus
     *     failed
     */
    public WorkerMetrics {
        Checks.notBlank(workerId, "worker_id", 128);
        Checks.finiteAtLeastZero(uptimeSeconds, "uptime_seconds");
        Checks.atLeast(stepsProcessed, "steps_processed", 0);
        Checks.atLeast(stepsSucceeded, "steps_succeeded", 0);
        Checks.atLeast(stepsFailed, "steps_failed", 0);
        Checks.atLeast(stepsInProgress, "steps_in_progress", 0);
        Checks.finiteAtLeastZero(avgExecutionTimeMs, "avg_execution_time_ms");
        Checks.finiteAtLeastZero(maxExecutionTimeMs, "max_execution_time_ms");
        Checks.finiteAtLeastZero(p95ExecutionTimeMs, "p95_execution_time_ms");
        Checks.finiteAtLeastZero(p99ExecutionTimeMs, "p99_execution_time_ms");
        Checks.atLeast(dispatchChannelPending, "dispatch_channel_pending", 0);
        Checks.atLeast(completionChannelPending, "completion_channel_pending", 0);
        Checks.ratio(dispatchChannelSaturation, "dispatch_channel_saturation");
        Checks.ratio(completionChannelSaturation, "completion_channel_saturation");
        Checks.atLeast(domainEventsPublished, "domain_events_published", 0);
        Checks.atLeast(domainEventsDropped, "domain_events_dropped", 0);
        Checks.atLeast(handlerErrors, "handler_errors", 0);
        Checks.atLeast(timeoutErrors, "timeout_errors", 0);
        Checks.atLeast(ffiErrors, "ffi_errors", 0);
        if (stepsProcessed != stepsSucceeded + stepsFailed) {
            throw new InvalidValueException(
                    "steps_processed",
                    "is " + stepsProcessed + "; expected steps_succeeded + steps_failed = "
                            + (stepsSucceeded + stepsFailed));
        }
    }
}
