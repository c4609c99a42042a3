package tasker.observability;

import tasker.events.api.HealthCheck;
import tasker.events.api.WorkerConfig;
import tasker.events.api.WorkerMetrics;
import tasker.nativecore.WorkerSystem;

/** Read the health, the metrics and the configuration of one worker; safe for use by many threads. */
public final class Observability {
    private final WorkerSystem worker;

    private Observability(WorkerSystem worker) {
        this.worker = worker;
    }

    /** Look at this worker. */
    public static Observability of(WorkerSystem worker) {
        return new Observability(worker);
    }

    /**
     * The health of every component, from answers that are at most a moment old; returns within the check's time limit.
     */
    public HealthCheck healthCheck() {
        return worker.health();
    }

    /** What has been counted and measured since the start. */
    public WorkerMetrics metrics() {
        return worker.metrics();
    }

    /** The worker's settings in force. */
    public WorkerConfig config() {
        return worker.config();
    }

    /** Whether the worker does all of its work: healthy, not merely degraded. */
    public boolean isHealthy() {
        return healthCheck().isHealthy();
    }
}
