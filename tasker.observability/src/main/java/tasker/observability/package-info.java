/** Read a worker's health, metrics and configuration from within its process. */
package tasker.observability;
