package tasker.events.api.spi;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Take the metrics that a source reports; valid only during the call that got it. */
public interface MetricsSink {
    /** Report how often something has happened since the start. */
    void counter(MetricId id, long value);

    /** Report how often something has happened since the start, with an example; a sink may leave that out. */
    default void counter(MetricId id, long value, Optional<Exemplar> exemplar) {
        counter(id, value);
    }

    /**
     * Report how much time something has taken since the start; the name ends in {@code _seconds_total}. A sink that
     * knows whole numbers only keeps the whole seconds.
     */
    default void time(MetricId id, long nanos) {
        counter(id, TimeUnit.NANOSECONDS.toSeconds(nanos));
    }

    /** Report how things stand; {@code NaN} is left out. */
    void gauge(MetricId id, double value);

    /** Report a distribution of durations. */
    void histogram(MetricId id, Distribution distribution);

    /** Report what a timer has recorded since the start; a sink may take from it no more than it needs. */
    default void histogram(MetricId id, Meters.Timer timer) {
        histogram(id, timer.sinceStart());
    }
}
