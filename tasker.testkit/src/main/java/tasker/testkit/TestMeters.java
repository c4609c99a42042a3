package tasker.testkit;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;

/** Keep what a service records, exactly, and let a test read it; safe for use by many threads. */
public final class TestMeters implements Meters {
    private final Map<String, MetricId> ids = new ConcurrentHashMap<>();
    private final Map<String, TestCounter> counters = new ConcurrentHashMap<>();
    private final Map<String, TestTimer> timers = new ConcurrentHashMap<>();

    /** Make meters that have recorded nothing. */
    public TestMeters() {}

    @Override
    public Counter counter(MetricId id) {
        String series = check(id, "_total", timers);
        return counters.computeIfAbsent(series, ignored -> new TestCounter());
    }

    @Override
    public Timer timer(MetricId id) {
        String series = check(id, "_seconds", counters);
        return timers.computeIfAbsent(series, ignored -> new TestTimer());
    }

    /**
     * How much a counter has counted, or how often a timer has recorded; 0 where there is none.
     *
     * @param series the name and, where there are labels, {@code {label=value, …}} sorted
     */
    public long count(String series) {
        TestCounter counter = counters.get(series);
        TestTimer timer = timers.get(series);
        return counter != null
                ? counter.value()
                : timer != null ? timer.sinceStart().count() : 0;
    }

    /** Report every meter. */
    void collect(MetricsSink sink) {
        new TreeMap<>(ids).forEach((series, id) -> {
            TestCounter counter = counters.get(series);
            TestTimer timer = timers.get(series);
            if (counter != null) {
                sink.counter(id, counter.value());
            }
            if (timer != null) {
                sink.histogram(id, timer);
            }
        });
    }

    /** Name a series as {@link #count} does. */
    static String series(MetricId id) {
        return id.name() + (id.labels().isEmpty() ? "" : id.labels());
    }

    private String check(MetricId id, String suffix, Map<String, ?> others) {
        if (!id.name().endsWith(suffix)) {
            throw new IllegalArgumentException("'" + id.name() + "' must end in " + suffix);
        }
        String series = series(id);
        if (others.containsKey(series)) {
            throw new IllegalArgumentException("'" + series + "' is already of another kind");
        }
        ids.put(series, id);
        return series;
    }

    private static final class TestCounter implements Counter {
        private final LongAdder sum = new LongAdder();

        @Override
        public void add(long amount) {
            if (amount < 0) {
                throw new IllegalArgumentException("a counter cannot count " + amount);
            }
            sum.add(amount);
        }

        @Override
        public long value() {
            return sum.sum();
        }
    }
}
