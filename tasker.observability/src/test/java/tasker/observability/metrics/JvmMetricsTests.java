package tasker.observability.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class JvmMetricsTests {
    private final JvmMetrics metrics = new JvmMetrics();

    @Test
    void everyFigureOfTheVirtualMachineIsThere() {
        assertThat(scrape())
                .containsKeys(
                        "tasker_jvm_memory_used_bytes{area=\"heap\"}",
                        "tasker_jvm_memory_committed_bytes{area=\"nonheap\"}",
                        "tasker_jvm_memory_max_bytes{area=\"heap\"}",
                        "tasker_jvm_threads",
                        "tasker_jvm_threads_started_total",
                        "tasker_jvm_classes",
                        "tasker_jvm_classes_loaded_total",
                        "tasker_jvm_uptime_seconds",
                        "tasker_jvm_cpu_seconds_total",
                        "tasker_jvm_processors",
                        "tasker_jvm_virtual_thread_parallelism",
                        "tasker_jvm_virtual_thread_carriers",
                        "tasker_jvm_virtual_threads_mounted",
                        "tasker_jvm_virtual_threads_queued")
                .anySatisfy((series, value) -> assertThat(series).startsWith("tasker_jvm_memory_pool_used_bytes{pool="))
                .anySatisfy((series, value) -> assertThat(series).startsWith("tasker_jvm_gc_collections_total{gc="))
                .anySatisfy(
                        (series, value) -> assertThat(series).startsWith("tasker_jvm_gc_collection_seconds_total{gc="))
                .anySatisfy((series, value) -> assertThat(series)
                        .startsWith("tasker_build_info{")
                        .contains("java_version=\"" + Runtime.version() + "\""));
    }

    @Test
    void figuresFollowWhatHappens() throws InterruptedException {
        double threadsBefore = scrape().getOrDefault("tasker_jvm_threads_started_total", 0.0);
        double timeBefore = scrape().getOrDefault("tasker_jvm_cpu_seconds_total", 0.0);

        Thread thread = Thread.ofPlatform().start(() -> {});
        thread.join();
        Map<String, Double> after = scrape();

        assertThat(after.get("tasker_jvm_threads_started_total")).isGreaterThan(threadsBefore);
        assertThat(after.get("tasker_jvm_cpu_seconds_total")).isGreaterThanOrEqualTo(timeBefore);
        assertThat(after.get("tasker_jvm_memory_used_bytes{area=\"heap\"}")).isPositive();
    }

    private Map<String, Double> scrape() {
        Exposition exposition = new Exposition(ExpositionFormat.OPENMETRICS);
        metrics.collect(exposition);
        assertThat(exposition.duplicates()).isZero();
        return ExpositionReader.openMetrics(Written.text(exposition));
    }
}
