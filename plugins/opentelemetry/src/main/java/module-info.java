/**
 * Record what a worker does as spans, through the OpenTelemetry API.
 *
 * @provides tasker.events.api.spi.EventTracer records spans by the conventions for messaging
 */
@org.jspecify.annotations.NullMarked
module tasker.plugins.opentelemetry {
    requires io.opentelemetry.api;
    requires io.opentelemetry.context;
    requires static org.jspecify;
    requires tasker.events.api;

    provides tasker.events.api.spi.EventTracer with
            tasker.plugins.opentelemetry.OpenTelemetryTracer;
}
