package tasker.benchmarks.recording;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import tasker.nativecore.metrics.LatencyHistogram;
import tasker.nativecore.metrics.SlidingWindow;

/** Make the contenders. */
final class Contenders {
    static final String OURS = "Tasker `LatencyHistogram`";
    static final String TIMER = "Micrometer `Timer`";
    static final String TIMER_WITH_PERCENTILES = "Micrometer `Timer` with percentiles";

    private Contenders() {}

    static Map<String, Recorder> all() {
        Map<String, Recorder> all = new LinkedHashMap<>();
        all.put("`LongAdder`", adder());
        all.put(OURS, histogram());
        all.put("Tasker `LatencyHistogram`, from a virtual thread", virtual(histogram()));
        all.put("Tasker `SlidingWindow`, the end of the duration known", window(false));
        all.put("Tasker `SlidingWindow`, reading the clock", window(true));
        all.put(TIMER, timer(false));
        all.put(TIMER_WITH_PERCENTILES, timer(true));
        all.put("HdrHistogram `Recorder`", hdr());
        all.put("Prometheus client, classic histogram", prometheus(true));
        all.put("Prometheus client, native histogram", prometheus(false));
        all.put("OpenTelemetry histogram", openTelemetry());
        return all;
    }

    private static Recorder adder() {
        LongAdder adder = new LongAdder();
        return times -> {
            for (int i = 0; i < times; i++) {
                adder.add(Recorder.duration(i));
            }
        };
    }

    private static Recorder histogram() {
        LatencyHistogram histogram = new LatencyHistogram();
        return times -> {
            for (int i = 0; i < times; i++) {
                histogram.record(Recorder.duration(i));
            }
        };
    }

    /** What a step pays, which runs on a virtual thread. */
    private static Recorder virtual(Recorder recorder) {
        return times -> {
            try {
                Thread.startVirtualThread(() -> recorder.record(times)).join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    private static Recorder window(boolean clock) {
        SlidingWindow window = new SlidingWindow(Duration.ofMinutes(5));
        if (clock) {
            return times -> {
                for (int i = 0; i < times; i++) {
                    window.record(Recorder.duration(i));
                }
            };
        }
        return times -> {
            long start = System.nanoTime();
            for (int i = 0; i < times; i++) {
                window.record(Recorder.duration(i), start + i);
            }
        };
    }

    private static Recorder timer(boolean percentiles) {
        Timer.Builder builder = Timer.builder("bench");
        if (percentiles) {
            builder.publishPercentiles(0.5, 0.95, 0.99);
        }
        Timer timer = builder.register(new SimpleMeterRegistry());
        return times -> {
            for (int i = 0; i < times; i++) {
                timer.record(Recorder.duration(i), TimeUnit.NANOSECONDS);
            }
        };
    }

    private static Recorder hdr() {
        org.HdrHistogram.Recorder recorder = new org.HdrHistogram.Recorder(3_600_000_000_000L, 2);
        return times -> {
            for (int i = 0; i < times; i++) {
                recorder.recordValue(Recorder.duration(i));
            }
        };
    }

    private static Recorder prometheus(boolean classic) {
        Histogram.Builder builder = Histogram.builder().name("bench");
        DistributionDataPoint point =
                (classic ? builder.classicOnly() : builder.nativeOnly()).build().labelValues();
        return times -> {
            for (int i = 0; i < times; i++) {
                point.observe(Recorder.duration(i) / 1e9);
            }
        };
    }

    private static Recorder openTelemetry() {
        DoubleHistogram histogram = SdkMeterProvider.builder()
                .registerMetricReader(InMemoryMetricReader.create())
                .build()
                .get("bench")
                .histogramBuilder("bench")
                .setUnit("s")
                .build();
        return times -> {
            for (int i = 0; i < times; i++) {
                histogram.record(Recorder.duration(i) / 1e9);
            }
        };
    }
}
