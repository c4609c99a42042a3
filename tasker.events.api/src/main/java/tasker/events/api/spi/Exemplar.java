package tasker.events.api.spi;

import tasker.events.api.TraceContext;

/**
 * Lead from a figure to the trace of one of the things that it counts.
 *
 * @param trace the trace, and the span within it
 * @param value what was recorded: the nanoseconds of a timer, 1 for a counter
 * @param epochMillis when it was recorded, in milliseconds since 1970 in UTC
 */
public record Exemplar(TraceContext trace, long value, long epochMillis) {}
