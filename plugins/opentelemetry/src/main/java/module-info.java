/**
 * Record what a worker does as spans, through the OpenTelemetry API, and send its metrics by OTLP.
 *
 * @provides tasker.events.api.spi.EventTracer records spans by the conventions for messaging
 * @provides tasker.events.api.spi.HealthContributor sends metrics, and tells whether they arrive
 */
@org.jspecify.annotations.NullMarked
module tasker.plugins.opentelemetry {
    requires io.opentelemetry.api;
    requires io.opentelemetry.context;
    requires static org.jspecify;
    requires tasker.events.api;

    provides tasker.events.api.spi.EventTracer with
            tasker.plugins.opentelemetry.OpenTelemetryTracer;
    provides tasker.events.api.spi.HealthContributor with
            tasker.plugins.opentelemetry.OtlpMetrics;
}
