package tasker.observability.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;

/** What is kept from one scrape to the next must never show. */
class ExpositionReuseTests {
    private static final int SCRAPES = 300;

    private final Random random = new Random(20_261_125);

    @ParameterizedTest
    @EnumSource(ExpositionFormat.class)
    void anExpositionThatIsUsedAgainWritesWhatAFreshOneDoes(ExpositionFormat format) {
        Exposition used = new Exposition(format);
        List<MetricId> ids = ids();
        for (int scrape = 0; scrape < SCRAPES; scrape++) {
            Exposition fresh = new Exposition(format);
            List<Consumer<MetricsSink>> reports = reports(ids);
            reports.forEach(report -> report.accept(fresh));
            reports.forEach(report -> report.accept(used));

            assertThat(read(format, used)).as("scrape %s", scrape).isEqualTo(read(format, fresh));
            assertThat(used.duplicates()).isEqualTo(fresh.duplicates());
            assertThat(used.duplicateNames()).isEqualTo(fresh.duplicateNames());
            used.reset();
        }
    }

    @Test
    void seriesThatCameAndWentLeaveNothingBehind() {
        Exposition exposition = new Exposition(ExpositionFormat.PROMETHEUS_TEXT);
        for (int scrape = 0; scrape < SCRAPES; scrape++) {
            exposition.gauge(MetricId.of("tasker_rooms", "Rooms.").with("floor", Integer.toString(scrape)), scrape);
            assertThat(read(ExpositionFormat.PROMETHEUS_TEXT, exposition))
                    .containsExactly(entry("tasker_rooms{floor=\"" + scrape + "\"}", (double) scrape));
            exposition.reset();
        }
        assertThat(exposition.known()).isLessThanOrEqualTo(1);
    }

    /** Counters, gauges and histograms, some of which share a name that they must not share. */
    private static List<MetricId> ids() {
        List<MetricId> ids = new ArrayList<>();
        for (String name : List.of("tasker_a", "tasker_a_total", "tasker_b", "tasker_c_seconds", "tasker_d_total")) {
            ids.add(MetricId.of(name, "Help of " + name + "."));
            for (int i = 0; i < 3; i++) {
                ids.add(MetricId.of(name, "Help of " + name + ".").with("label", "value-" + i));
            }
        }
        return ids;
    }

    private List<Consumer<MetricsSink>> reports(List<MetricId> ids) {
        List<Consumer<MetricsSink>> reports = new ArrayList<>();
        for (MetricId id : ids) {
            if (random.nextInt(10) > 0) {
                reports.add(report(random.nextInt(4) > 0 ? id : new MetricId(id.name(), id.help(), id.labels())));
            }
        }
        if (random.nextInt(3) == 0) {
            Collections.shuffle(reports, random);
        }
        return reports;
    }

    private Consumer<MetricsSink> report(MetricId id) {
        long whole = random.nextLong(1L << random.nextInt(1, 50));
        boolean usual = random.nextInt(20) > 0;
        int kind =
                usual ? (id.name().endsWith("_total") ? 0 : id.name().endsWith("_seconds") ? 2 : 1) : random.nextInt(4);
        return switch (kind) {
            case 0 -> sink -> sink.counter(id, whole);
            case 1 -> sink -> sink.gauge(id, whole % 3 == 0 ? whole : whole / 7.0);
            case 2 -> sink -> sink.histogram(id, new Durations(List.of(whole, whole / 2, 1_000_000L)));
            default -> sink -> sink.time(id, whole);
        };
    }

    private static Map<String, Double> read(ExpositionFormat format, Exposition exposition) {
        String text = Written.text(exposition);
        return format == ExpositionFormat.OPENMETRICS
                ? ExpositionReader.openMetrics(text)
                : ExpositionReader.prometheus(text);
    }
}
