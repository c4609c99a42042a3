/** Serve health, metrics, configuration and events over HTTP. */
package tasker.observability.http;
