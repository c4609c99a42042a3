/**
 * Hold the data of the contracts: events, patterns, health, metrics and configuration.
 *
 * <p>Everything here is immutable and may be shared between threads. Values are checked when they are built; nonsense
 * is refused with an {@link tasker.events.api.InvalidValueException} that names the field.
 *
 * <p>A canonical constructor with a nullable type argument among its parameters is written out in full: javac leaves
 * such an annotation out of the class file of a compact one, and callers in other modules could not pass a null.
 */
package tasker.events.api;
