/** Write metrics in the text formats of Prometheus and OpenMetrics. */
package tasker.observability.metrics;
