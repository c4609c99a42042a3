/**
 * Show a worker's health, metrics and configuration to people and machines.
 *
 * @provides tasker.events.api.spi.MetricsSource reports the figures of the virtual machine
 * @provides tasker.nativecore.WorkerExtension answers over HTTP
 */
@org.jspecify.annotations.NullMarked
module tasker.observability {
    requires jdk.httpserver;
    requires jdk.management;
    requires org.slf4j;
    requires static org.jspecify;
    requires transitive tasker.nativecore;

    exports tasker.observability;

    provides tasker.events.api.spi.MetricsSource with
            tasker.observability.metrics.JvmMetrics;
    provides tasker.nativecore.WorkerExtension with
            tasker.observability.http.HttpObservability;
}
