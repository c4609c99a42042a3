package tasker.observability.metrics;

import java.util.List;

/**
 * Bound one bucket of a histogram.
 *
 * @param text the bound in seconds, written the same way in every scrape, for it is part of the series' identity
 * @param nanos the bound in nanoseconds
 */
record Bucket(String text, long nanos) {
    /**
     * The bounds of every histogram, ascending: the defaults of the Prometheus clients from 5 ms to 10 s, carried on to
     * 100 µs for what happens within the process, and to 60 s for slow handlers.
     */
    static final List<Bucket> BOUNDS = List.of(
            new Bucket("0.0001", 100_000L),
            new Bucket("0.00025", 250_000L),
            new Bucket("0.0005", 500_000L),
            new Bucket("0.001", 1_000_000L),
            new Bucket("0.0025", 2_500_000L),
            new Bucket("0.005", 5_000_000L),
            new Bucket("0.01", 10_000_000L),
            new Bucket("0.025", 25_000_000L),
            new Bucket("0.05", 50_000_000L),
            new Bucket("0.1", 100_000_000L),
            new Bucket("0.25", 250_000_000L),
            new Bucket("0.5", 500_000_000L),
            new Bucket("1.0", 1_000_000_000L),
            new Bucket("2.5", 2_500_000_000L),
            new Bucket("5.0", 5_000_000_000L),
            new Bucket("10.0", 10_000_000_000L),
            new Bucket("30.0", 30_000_000_000L),
            new Bucket("60.0", 60_000_000_000L));

    /** The same bounds in nanoseconds. */
    static final long[] NANOS = BOUNDS.stream().mapToLong(Bucket::nanos).toArray();
}
