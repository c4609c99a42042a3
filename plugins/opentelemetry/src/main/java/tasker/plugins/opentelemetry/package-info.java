/** Record what a worker does as spans, through the OpenTelemetry API. */
package tasker.plugins.opentelemetry;
