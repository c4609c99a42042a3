package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.MetricsSource;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.CollectedMetrics;
import tasker.nativecore.testkit.Latches;

/** A metrics source that hangs keeps no scrape waiting longer than the limit. */
@Timeout(60)
class HangingSourceTests {
    private static final String ERRORS = "tasker_metrics_source_errors_total";

    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void theScrapeGoesOnWithoutItAndItIsNotAskedAgainBeforeItAnswers() {
        Configuration configuration = Configuration.builder()
                .flag("worker.metrics-timeout-ms", "20", "test")
                .build();
        try (WorkerSystem worker = WorkerSystem.builder(configuration)
                .service(source("hanging", sink -> {
                    asked.incrementAndGet();
                    Latches.awaitStubbornly(release);
                    sink.gauge(MetricId.of("tasker_late", "Late."), 1);
                }))
                .service(source("quick", sink -> sink.gauge(MetricId.of("tasker_quick", "Quick."), 2)))
                .build()) {
            worker.start();

            for (int i = 0; i < 3; i++) {
                // Within the limit even a quick source may fail to answer, on a machine that stands still for so long.
                Await.until("the quick one is in a scrape", () -> {
                    Map<String, Object> values = new CollectedMetrics(worker).values();
                    assertThat(values).doesNotContainKey("tasker_late");
                    return Double.valueOf(2).equals(values.get("tasker_quick"));
                });
            }
            Await.until("it is asked", () -> asked.get() > 0);
            assertThat(asked).hasValue(1);
            assertThat((Long) new CollectedMetrics(worker).values().get(ERRORS))
                    .as("an error for each scrape without it")
                    .isGreaterThanOrEqualTo(3);

            release.countDown();
            Await.until(
                    "it answers again",
                    () -> new CollectedMetrics(worker).values().containsKey("tasker_late"));
        }
    }

    private static MetricsSource source(String name, Consumer<MetricsSink> figures) {
        return new MetricsSource() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void collect(MetricsSink sink) {
                figures.accept(sink);
            }
        };
    }
}
