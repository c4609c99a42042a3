package tasker.events.api.spi;

/**
 * Report figures that are read when they are asked for, beside the {@link Meters} that are recorded as things happen.
 */
public interface MetricsSource extends WorkerService {
    /**
     * Report every figure, no series twice. Called from several threads, once for each scrape; must answer from memory,
     * at once. An exception ends this source's part of the scrape, is counted and logged, and reaches no other source;
     * figures that were reported before it stay.
     */
    void collect(MetricsSink sink);
}
