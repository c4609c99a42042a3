package tasker.events.api.spi;

import java.util.List;
import java.util.Optional;
import tasker.events.api.TraceContext;

/**
 * Make the meters that a service records with; safe for use by many threads.
 *
 * <p>Asking twice for one id gives the same meter. Make meters when the service starts and keep them: recording is what
 * is cheap. The meters of a service disappear from the metrics when it is closed.
 */
public interface Meters {
    /**
     * A count of what happened.
     *
     * @throws IllegalArgumentException when the id is already of another kind, or does not end in {@code _total}
     */
    Counter counter(MetricId id);

    /**
     * A distribution of durations.
     *
     * @throws IllegalArgumentException when the id is already of another kind, or does not end in {@code _seconds}
     */
    Timer timer(MetricId id);

    /** Count; safe for use by many threads, which do not slow each other down. */
    interface Counter {
        /** Count one. */
        default void increment() {
            add(1);
        }

        /** Count several; a negative number is not allowed. */
        void add(long amount);

        /** Count one that happened in this trace, of which the latest that was sampled may be shown as an example. */
        default void increment(Optional<TraceContext> trace) {
            increment();
        }

        /** How many were counted. */
        long value();

        /** A recent one that happened in a trace; empty when there is none. */
        default Optional<Exemplar> exemplar() {
            return Optional.empty();
        }
    }

    /** Record durations; safe for use by many threads, which do not slow each other down. */
    interface Timer {
        /** Record one duration, in nanoseconds; a negative one counts as 0. */
        void record(long nanos);

        /**
         * Record one duration of something in this trace, of which the latest that was sampled may be shown as an
         * example.
         */
        default void record(long nanos, Optional<TraceContext> trace) {
            record(nanos);
        }

        /** Recent durations in traces, of various lengths; empty when there are none. */
        default List<Exemplar> exemplars() {
            return List.of();
        }

        /** Look at what was recorded since the start. */
        Distribution sinceStart();

        /**
         * Count what was recorded since the start and did not exceed each bound, with the error of one bucket; cheaper
         * than a look at all of it.
         *
         * @param bounds nanoseconds, ascending
         * @param counts takes a count for each bound and, after them, the count of all
         * @return the sum of all, in nanoseconds
         */
        default long countUpTo(long[] bounds, long[] counts) {
            Distribution all = sinceStart();
            for (int i = 0; i < bounds.length; i++) {
                counts[i] = all.countUpTo(bounds[i]);
            }
            counts[bounds.length] = all.count();
            return all.sumNanos();
        }
    }
}
