package tasker.events.api.spi;

/**
 * Report figures that are read when they are asked for, beside the {@link Meters} that are recorded as things happen.
 */
public interface MetricsSource extends WorkerService {
    /**
     * Report every figure. Called from several threads, once for each scrape; must answer from memory, at once. An
     * exception drops this source from the scrape, is counted and logged, and reaches no other source.
     */
    void collect(MetricsSink sink);
}
