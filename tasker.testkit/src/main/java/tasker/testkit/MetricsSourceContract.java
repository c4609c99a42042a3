package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.MetricsSource;
import tasker.testkit.ReportedMetrics.Kind;

/**
 * Test what {@link MetricsSource}, {@link MetricsSink} and {@link MetricId} promise.
 *
 * <p>Not tested: that figures come from memory, and that the values of labels come from a small set.
 */
public abstract class MetricsSourceContract extends WorkerServiceContract<MetricsSource> {
    private static final int THREADS = 4;

    /** For subclasses. */
    protected MetricsSourceContract() {}

    /** Let things happen that the source counts; nothing unless this is overridden. */
    protected void exercise(MetricsSource source) throws Exception {}

    /** {@link MetricsSource#collect}: every figure is there when it is asked for, at once. */
    @Test
    public void reportsAtOnce() throws Exception {
        MetricsSource source = start();

        assertThat(waiting()
                        .call("the source has reported", () -> report(source))
                        .all())
                .isNotEmpty();
    }

    /** {@link MetricsSource#collect}: no series is reported twice. */
    @Test
    public void reportsEachSeriesOnce() throws Exception {
        assertThat(report(start()).all()).map(ReportedMetrics.Reported::series).doesNotHaveDuplicates();
    }

    /** {@link MetricId#name}: a counter's name ends in {@code _total}. */
    @Test
    public void namesOfCountersEndInTotal() throws Exception {
        assertThat(report(start()).names(Kind.COUNTER)).allMatch(name -> name.endsWith("_total"));
    }

    /** {@link MetricsSink#time}: the name ends in {@code _seconds_total}. */
    @Test
    public void namesOfTimesEndInSecondsTotal() throws Exception {
        assertThat(report(start()).names(Kind.TIME)).allMatch(name -> name.endsWith("_seconds_total"));
    }

    /** {@link MetricId#name}: the base unit is the suffix, which is seconds for durations. */
    @Test
    public void namesOfHistogramsEndInSeconds() throws Exception {
        assertThat(report(start()).names(Kind.HISTOGRAM)).allMatch(name -> name.endsWith("_seconds"));
    }

    /** {@link MetricsSink#counter(MetricId, long)}: how often something has happened since the start. */
    @Test
    public void countersNeverGoBack() throws Exception {
        MetricsSource source = start();
        Map<String, Double> before = report(source).counts();
        exercise(source);
        Map<String, Double> went = new LinkedHashMap<>();
        report(source).counts().forEach((series, count) -> {
            if (count < before.getOrDefault(series, 0.0)) {
                went.put(series, count);
            }
        });

        assertThat(went).as("counters that went back, from %s", before).isEmpty();
    }

    /** {@link MetricsSource#collect}: called from several threads. */
    @Test
    public void reportsToSeveralThreads() throws Exception {
        MetricsSource source = start();
        List<String> alone = series(report(source));

        waiting().sideBySide("the source has reported to all", THREADS, () -> {
            for (int scrape = 0; scrape < 50; scrape++) {
                assertThat(series(report(source))).containsAll(alone);
            }
        });
    }

    /** {@link MetricsSink}: valid only during the call that got it. */
    @Test
    public void doesNotKeepTheSink() throws Exception {
        MetricsSource source = start();
        ReportedMetrics first = report(source);
        int reported = first.all().size();
        report(source);
        close(source);

        assertThat(first.all()).as("what came while the sink was valid").hasSize(reported);
    }

    private static List<String> series(ReportedMetrics metrics) {
        return metrics.all().stream().map(ReportedMetrics.Reported::series).toList();
    }

    private static ReportedMetrics report(MetricsSource source) {
        ReportedMetrics metrics = new ReportedMetrics();
        source.collect(metrics);
        return metrics;
    }
}
