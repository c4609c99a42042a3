/**
 * Hold the services: what a plugin provides and what the core hands to it.
 *
 * <p>Each service type says which thread calls it, how often, and what a thrown exception does.
 */
package tasker.events.api.spi;
