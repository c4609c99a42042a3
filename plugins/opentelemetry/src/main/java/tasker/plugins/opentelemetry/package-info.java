/** Record what a worker does as spans, through the OpenTelemetry API, and send its metrics by OTLP. */
package tasker.plugins.opentelemetry;
