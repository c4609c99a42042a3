package tasker.events.api.spi;

/**
 * Answer questions about recorded durations as they stood at one moment; immutable.
 *
 * <p>Values are nanoseconds. Quantiles are off by at most 1 %.
 */
public interface Distribution {
    /** How many were recorded. */
    long count();

    /** Their exact sum, in nanoseconds. */
    long sumNanos();

    /** The largest, exactly, in nanoseconds; 0 when nothing was recorded. */
    long maxNanos();

    /**
     * The value that this share of the recorded ones does not exceed, in nanoseconds; 0 when nothing was recorded.
     *
     * @param quantile from 0 to 1
     */
    long quantileNanos(double quantile);

    /** How many did not exceed this bound, in nanoseconds, with the error of one bucket. */
    long countUpTo(long nanos);
}
