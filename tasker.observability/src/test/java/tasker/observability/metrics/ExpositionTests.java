package tasker.observability.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.Exemplar;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;

class ExpositionTests {
    private static final MetricId STEPS = MetricId.of("tasker_steps_total", "Steps that ended.");
    private static final MetricId PENDING = MetricId.of("tasker_pending", "Steps that wait.");
    private static final MetricId DURATION = MetricId.of("tasker_step_duration_seconds", "Time of a step.");

    private final Exposition prometheus = new Exposition(ExpositionFormat.PROMETHEUS_TEXT);
    private final Exposition openMetrics = new Exposition(ExpositionFormat.OPENMETRICS);

    @Test
    void prometheusTextNamesACounterWithItsSuffixEverywhere() {
        prometheus.counter(STEPS, 3);

        assertThat(Written.text(prometheus)).isEqualTo("""
                # HELP tasker_steps_total Steps that ended.
                # TYPE tasker_steps_total counter
                tasker_steps_total 3
                """);
    }

    @Test
    void openMetricsNamesTheFamilyOfACounterWithoutItsSuffix() {
        openMetrics.counter(STEPS, 3);

        assertThat(Written.text(openMetrics)).isEqualTo("""
                # HELP tasker_steps Steps that ended.
                # TYPE tasker_steps counter
                tasker_steps_total 3
                # EOF
                """);
    }

    @Test
    void nothingReportedIsStillAValidExposition() {
        assertThat(Written.text(prometheus)).isEmpty();
        assertThat(Written.text(openMetrics)).isEqualTo("# EOF\n");
    }

    @Test
    void seriesOfOneFamilyStandTogetherHoweverTheyWereReported() {
        prometheus.gauge(PENDING.with("channel", "dispatch"), 1);
        prometheus.counter(STEPS, 9);
        prometheus.gauge(PENDING.with("channel", "completion"), 2.5);

        assertThat(ExpositionReader.prometheus(Written.text(prometheus)))
                .containsExactly(
                        entry("tasker_pending{channel=\"dispatch\"}", 1.0),
                        entry("tasker_pending{channel=\"completion\"}", 2.5),
                        entry("tasker_steps_total", 9.0));
    }

    @Test
    void histogramsAreInSecondsCumulativeAndComplete() {
        openMetrics.histogram(
                DURATION.with("handler", "charge"), new Durations(List.of(90_000L, 1_500_000L, 2_000_000_000L)));

        String text = Written.text(openMetrics);
        Map<String, Double> samples = ExpositionReader.openMetrics(text);

        assertThat(samples)
                .contains(
                        entry("tasker_step_duration_seconds_bucket{handler=\"charge\",le=\"0.0001\"}", 1.0),
                        entry("tasker_step_duration_seconds_bucket{handler=\"charge\",le=\"0.001\"}", 1.0),
                        entry("tasker_step_duration_seconds_bucket{handler=\"charge\",le=\"0.0025\"}", 2.0),
                        entry("tasker_step_duration_seconds_bucket{handler=\"charge\",le=\"2.5\"}", 3.0),
                        entry("tasker_step_duration_seconds_bucket{handler=\"charge\",le=\"+Inf\"}", 3.0),
                        entry("tasker_step_duration_seconds_count{handler=\"charge\"}", 3.0));
        assertThat(text)
                .contains("tasker_step_duration_seconds_sum{handler=\"charge\"} 2.00159\n")
                .contains("# UNIT tasker_step_duration_seconds seconds\n");
    }

    @Test
    void bucketsAscendToTheCountEvenWhenTheDistributionIsOffByABucket() {
        Distribution overshooting = new Distribution() {
            private long answer = 7;

            @Override
            public long count() {
                return 5;
            }

            @Override
            public long sumNanos() {
                return 5;
            }

            @Override
            public long maxNanos() {
                return 1;
            }

            @Override
            public long quantileNanos(double quantile) {
                return 1;
            }

            @Override
            public long countUpTo(long nanos) {
                return answer--;
            }
        };
        prometheus.histogram(DURATION, overshooting);

        assertThat(ExpositionReader.prometheus(Written.text(prometheus)))
                .containsEntry("tasker_step_duration_seconds_bucket{le=\"0.0001\"}", 5.0);
    }

    @Test
    void aSeriesReportedTwiceKeepsTheFirstAndIsCounted() {
        prometheus.counter(STEPS, 1);
        prometheus.counter(MetricId.of("tasker_steps_total", "Another source's steps."), 2);
        prometheus.gauge(MetricId.of("tasker_steps", "A gauge whose name OpenMetrics could not tell apart."), 3);

        assertThat(ExpositionReader.prometheus(Written.text(prometheus)))
                .containsExactly(entry("tasker_steps_total", 1.0));
        assertThat(prometheus.duplicates()).isEqualTo(2);
        assertThat(prometheus.duplicateNames()).containsExactly("tasker_steps", "tasker_steps_total");
    }

    @ParameterizedTest
    @EnumSource(ExpositionFormat.class)
    void labelsAndHelpSurviveEveryCharacter(ExpositionFormat format) {
        Exposition exposition = new Exposition(format);
        exposition.gauge(
                MetricId.of("tasker_odd", "Back\\slash, \"quote\"\nand line.").with("path", "C:\\a \"b\"\nü€😀"), 1);

        String text = Written.text(exposition);

        assertThat(text).contains("tasker_odd{path=\"C:\\\\a \\\"b\\\"\\nü€😀\"} 1\n");
        assertThat(
                        format == ExpositionFormat.OPENMETRICS
                                ? ExpositionReader.openMetrics(text)
                                : ExpositionReader.prometheus(text))
                .hasSize(1);
        assertThat(text)
                .contains(
                        format == ExpositionFormat.OPENMETRICS
                                ? "# HELP tasker_odd Back\\\\slash, \\\"quote\\\"\\nand line.\n"
                                : "# HELP tasker_odd Back\\\\slash, \"quote\"\\nand line.\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, 0",
        "-3, -3",
        "0.25, 0.25",
        "1e300, 1.0E300",
        "123456789012, 123456789012",
        "Infinity, +Inf",
        "-Infinity, -Inf"
    })
    void gaugesAreWrittenAsNumbersThatScrapersRead(double value, String written) {
        prometheus.gauge(PENDING, value);

        assertThat(Written.text(prometheus)).endsWith("\ntasker_pending " + written + "\n");
        assertThat(ExpositionReader.prometheus(Written.text(prometheus))).hasSize(1);
    }

    @Test
    void aGaugeThatIsNoNumberIsLeftOut() {
        prometheus.gauge(PENDING, Double.NaN);

        assertThat(Written.text(prometheus)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0.000000001", "1500000000, 1.5", "9223372036854775807, 9223372036.854775807"})
    void timeIsWrittenInExactSeconds(long nanos, String seconds) {
        prometheus.time(MetricId.of("tasker_busy_seconds_total", "Time spent."), nanos);

        assertThat(Written.text(prometheus)).endsWith("\ntasker_busy_seconds_total " + seconds + "\n");
    }

    @Test
    void anExpositionThatIsUsedAgainHasNothingLeftOfTheScrapeBefore() {
        Exposition exposition = new Exposition(ExpositionFormat.PROMETHEUS_TEXT);
        exposition.gauge(MetricId.of("tasker_rooms", "Rooms."), 3);
        exposition.counter(MetricId.of("tasker_guests_total", "Guests."), 1);
        exposition.counter(MetricId.of("tasker_guests_total", "Guests."), 1);
        exposition.render();

        exposition.reset();
        exposition.counter(MetricId.of("tasker_rooms_total", "Rooms that were let."), 7);

        assertThat(exposition.duplicates()).isZero();
        assertThat(ExpositionReader.prometheus(Written.text(exposition))).isEqualTo(Map.of("tasker_rooms_total", 7.0));
    }

    @Test
    void openMetricsShowsAnExampleBesideTheBucketThatItIsIn() {
        TraceContext older = new TraceContext("1".repeat(32), "2".repeat(16), true, "");
        TraceContext later = new TraceContext("3".repeat(32), "4".repeat(16), true, "");
        Meters.Timer timer = new TestTimer(List.of(
                new Exemplar(later, 1_600_000, 1_000),
                new Exemplar(older, 1_500_000, 1_001),
                new Exemplar(later, 2_600_000, 1_002),
                new Exemplar(later, 70_000_000_000L, 1_003)));

        openMetrics.histogram(DURATION, timer);
        prometheus.histogram(DURATION, timer);

        String text = Written.text(openMetrics);
        assertThat(ExpositionReader.openMetrics(text)).isEqualTo(ExpositionReader.prometheus(Written.text(prometheus)));
        assertThat(text)
                .containsPattern("_bucket\\{le=\"0.0025\"} 2 # \\{trace_id=\"1{32}\",span_id=\"2{16}\"} 0.0015 \\d+")
                .containsPattern("_bucket\\{le=\"0.005\"} 3 # \\{trace_id=\"3{32}\",span_id=\"4{16}\"} 0.0026 \\d+")
                .containsPattern("_bucket\\{le=\"\\+Inf\"} 4 # \\{trace_id=\"3{32}\",span_id=\"4{16}\"} 70 \\d+")
                .containsPattern("_bucket\\{le=\"0.01\"} 3\n");
    }

    @Test
    void aCounterShowsTheLatestExampleUntilItIsGone() {
        Exemplar example =
                new Exemplar(new TraceContext("1".repeat(32), "2".repeat(16), true, ""), 1, 1_700_000_000_123L);
        openMetrics.counter(STEPS, 3, Optional.of(example));
        prometheus.counter(STEPS, 3, Optional.of(example));

        String line = "tasker_steps_total 3 # {trace_id=\"" + "1".repeat(32) + "\",span_id=\"" + "2".repeat(16)
                + "\"} 1 1700000000.123\n";
        assertThat(Written.text(openMetrics)).contains(line);
        assertThat(Written.text(prometheus)).endsWith("\ntasker_steps_total 3\n");

        openMetrics.reset();
        openMetrics.counter(STEPS, 3);
        assertThat(Written.text(openMetrics)).contains("\ntasker_steps_total 3\n");
    }

    /** Have recorded the examples and nothing else. */
    private record TestTimer(List<Exemplar> exemplars) implements Meters.Timer {
        @Override
        public void record(long nanos) {
            throw new AssertionError("a scrape records nothing");
        }

        @Override
        public Distribution sinceStart() {
            return new Durations(exemplars.stream().map(Exemplar::value).toList());
        }
    }
}
