package tasker.nativecore.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;

class MeterRegistryTests {
    private static final MetricId SENT = MetricId.of("tasker_orders_sent_total", "Orders sent.");
    private static final MetricId TIME = MetricId.of("tasker_orders_send_duration_seconds", "Time to send.");

    private final MeterRegistry registry = new MeterRegistry();

    @Test
    void oneIdGivesOneMeter() {
        Meters meters = registry.forService("orders");

        assertThat(meters.counter(SENT)).isSameAs(meters.counter(SENT));
        assertThat(meters.timer(TIME)).isSameAs(meters.timer(TIME));
        assertThat(meters.counter(SENT.with("queue", "a"))).isNotSameAs(meters.counter(SENT));
        assertThat(registry.forService("orders")).isSameAs(meters);
    }

    @Test
    void everyMeterIsReportedSortedByNameAndLabels() {
        Meters meters = registry.forService("orders");
        meters.counter(SENT.with("queue", "b")).add(2);
        meters.counter(SENT.with("queue", "a")).increment();
        meters.timer(TIME).record(1_500);
        registry.forService("archive")
                .counter(MetricId.of("tasker_archive_total", "Archived."))
                .add(9);

        assertThat(collected())
                .containsExactly(
                        "tasker_archive_total{} 9",
                        "tasker_orders_send_duration_seconds{} 1 x 1500",
                        "tasker_orders_sent_total{queue=a} 1",
                        "tasker_orders_sent_total{queue=b} 2");
    }

    @Test
    void aMeterOfTheWrongKindIsRefused() {
        Meters meters = registry.forService("orders");
        meters.counter(SENT);

        assertThatThrownBy(() -> meters.timer(SENT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the metric tasker_orders_sent_total of 'orders' must end in _seconds");
        assertThatThrownBy(() -> meters.counter(TIME))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the metric tasker_orders_send_duration_seconds of 'orders' must end in _total");
    }

    @Test
    void theMetersOfARemovedServiceDisappear() {
        registry.forService("archive")
                .counter(MetricId.of("tasker_archive_total", "Archived."))
                .add(9);
        Meters orders = registry.forService("orders");
        Meters.Counter sent = orders.counter(SENT);

        registry.remove("orders");
        sent.increment();
        orders.counter(SENT).increment();

        assertThat(collected()).containsExactly("tasker_archive_total{} 9");
    }

    @Test
    void aServiceThatComesBackCountsAnew() {
        registry.forService("orders").counter(SENT).add(5);
        registry.remove("orders");
        registry.forService("orders").counter(SENT).add(1);

        assertThat(collected()).containsExactly("tasker_orders_sent_total{} 1");
    }

    @Test
    void aSharedMeterStaysUntilItsLastServiceIsRemoved() {
        registry.forService("a").counter(SENT).add(1);
        registry.forService("b")
                .counter(MetricId.of(SENT.name(), "Other words."))
                .add(2);
        registry.remove("a");
        assertThat(collected()).containsExactly("tasker_orders_sent_total{} 3");

        registry.remove("b");
        registry.remove("never there");
        assertThat(collected()).isEmpty();
    }

    @Test
    void aCounterNeverFalls() {
        Meters.Counter counter = registry.forService("orders").counter(SENT);
        counter.add(0);

        assertThatThrownBy(() -> counter.add(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(counter.value()).isZero();
    }

    @Test
    void countingFromManyThreadsLosesNothing() throws Exception {
        Meters meters = registry.forService("orders");
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                tasks.add(executor.submit(() -> {
                    for (int j = 0; j < 1_000; j++) {
                        meters.counter(SENT).increment();
                    }
                }));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
        }

        assertThat(meters.counter(SENT).value()).isEqualTo(50_000);
    }

    private List<String> collected() {
        List<String> lines = new ArrayList<>();
        registry.collect(new MetricsSink() {
            @Override
            public void counter(MetricId id, long value) {
                lines.add(id.name() + id.labels() + " " + value);
            }

            @Override
            public void gauge(MetricId id, double value) {
                lines.add("a gauge");
            }

            @Override
            public void histogram(MetricId id, Distribution distribution) {
                lines.add(id.name() + id.labels() + " " + distribution.count() + " x " + distribution.sumNanos());
            }
        });
        return lines;
    }
}
