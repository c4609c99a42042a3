package tasker.benchmarks.scrape;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;
import tasker.nativecore.metrics.MeterRegistry;
import tasker.observability.metrics.Exposition;
import tasker.observability.metrics.ExpositionFormat;

/** Make ten handlers' metrics, each four counters and a histogram of eighteen buckets, in each library. */
final class Contenders {
    static final String OURS = "Tasker";

    private static final int HANDLERS = 10;
    private static final String[] OUTCOMES = {"success", "retryable", "permanent", "timeout"};
    private static final double[] BOUNDS = {
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
    };

    private Contenders() {}

    static Map<String, Scraped> all() {
        Map<String, Scraped> all = new LinkedHashMap<>();
        all.put(OURS, ours());
        all.put("Prometheus client", prometheus());
        all.put("Micrometer", micrometer());
        all.put("OpenTelemetry", openTelemetry());
        return all;
    }

    private static Scraped ours() {
        MeterRegistry registry = new MeterRegistry();
        Meters meters = registry.forService("bench");
        List<Meters.Counter> counters = new ArrayList<>();
        List<Meters.Timer> timers = new ArrayList<>();
        MetricId steps = MetricId.of("tasker_steps_total", "Steps that ended.");
        MetricId duration = MetricId.of("tasker_step_duration_seconds", "How long handlers ran.");
        for (int i = 0; i < HANDLERS; i++) {
            for (String outcome : OUTCOMES) {
                counters.add(
                        meters.counter(steps.with("handler", "handler-" + i).with("outcome", outcome)));
            }
            timers.add(meters.timer(duration.with("handler", "handler-" + i)));
        }
        Exposition exposition = new Exposition(ExpositionFormat.PROMETHEUS_TEXT);
        return new Scraped() {
            @Override
            public void record(long nanos) {
                counters.forEach(Meters.Counter::increment);
                timers.forEach(timer -> timer.record(nanos));
            }

            @Override
            public void scrape(OutputStream out) throws IOException {
                exposition.reset();
                registry.collect(exposition);
                exposition.render();
                exposition.writeTo(out);
            }
        };
    }

    private static Scraped prometheus() {
        PrometheusRegistry registry = new PrometheusRegistry();
        io.prometheus.metrics.core.metrics.Counter steps = io.prometheus.metrics.core.metrics.Counter.builder()
                .name("tasker_steps_total")
                .help("Steps that ended.")
                .labelNames("handler", "outcome")
                .register(registry);
        Histogram duration = Histogram.builder()
                .name("tasker_step_duration_seconds")
                .help("How long handlers ran.")
                .labelNames("handler")
                .classicOnly()
                .classicUpperBounds(BOUNDS)
                .register(registry);
        List<CounterDataPoint> counters = new ArrayList<>();
        List<DistributionDataPoint> timers = new ArrayList<>();
        for (int i = 0; i < HANDLERS; i++) {
            for (String outcome : OUTCOMES) {
                counters.add(steps.labelValues("handler-" + i, outcome));
            }
            timers.add(duration.labelValues("handler-" + i));
        }
        PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
        return new Scraped() {
            @Override
            public void record(long nanos) {
                counters.forEach(CounterDataPoint::inc);
                timers.forEach(timer -> timer.observe(nanos / 1e9));
            }

            @Override
            public void scrape(OutputStream out) throws IOException {
                writer.write(out, registry.scrape(), EscapingScheme.ALLOW_UTF8);
            }
        };
    }

    private static Scraped micrometer() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Duration[] bounds = DoubleStream.of(BOUNDS)
                .mapToObj(seconds -> Duration.ofNanos(Math.round(seconds * 1e9)))
                .toArray(Duration[]::new);
        List<Counter> counters = new ArrayList<>();
        List<Timer> timers = new ArrayList<>();
        for (int i = 0; i < HANDLERS; i++) {
            for (String outcome : OUTCOMES) {
                counters.add(Counter.builder("tasker.steps")
                        .description("Steps that ended.")
                        .tags("handler", "handler-" + i, "outcome", outcome)
                        .register(registry));
            }
            timers.add(Timer.builder("tasker.step.duration")
                    .description("How long handlers ran.")
                    .tags("handler", "handler-" + i)
                    .serviceLevelObjectives(bounds)
                    .register(registry));
        }
        return new Scraped() {
            @Override
            public void record(long nanos) {
                counters.forEach(Counter::increment);
                timers.forEach(timer -> timer.record(Duration.ofNanos(nanos)));
            }

            @Override
            public void scrape(OutputStream out) throws IOException {
                registry.scrape(out);
            }
        };
    }

    private static Scraped openTelemetry() {
        PrometheusMetricReader reader = PrometheusMetricReader.builder()
                .setOtelScopeLabelsEnabled(false)
                .setTargetInfoMetricEnabled(false)
                .build();
        Meter meter =
                SdkMeterProvider.builder().registerMetricReader(reader).build().get("bench");
        LongCounter steps = meter.counterBuilder("tasker.steps")
                .setDescription("Steps that ended.")
                .build();
        DoubleHistogram duration = meter.histogramBuilder("tasker.step.duration")
                .setDescription("How long handlers ran.")
                .setUnit("s")
                .setExplicitBucketBoundariesAdvice(
                        DoubleStream.of(BOUNDS).boxed().toList())
                .build();
        AttributeKey<String> handler = AttributeKey.stringKey("handler");
        List<Attributes> counted = new ArrayList<>();
        List<Attributes> timed = new ArrayList<>();
        for (int i = 0; i < HANDLERS; i++) {
            for (String outcome : OUTCOMES) {
                counted.add(Attributes.of(handler, "handler-" + i, AttributeKey.stringKey("outcome"), outcome));
            }
            timed.add(Attributes.of(handler, "handler-" + i));
        }
        PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
        return new Scraped() {
            @Override
            public void record(long nanos) {
                counted.forEach(attributes -> steps.add(1, attributes));
                timed.forEach(attributes -> duration.record(nanos / 1e9, attributes));
            }

            @Override
            public void scrape(OutputStream out) throws IOException {
                writer.write(out, reader.collect(), EscapingScheme.ALLOW_UTF8);
            }
        };
    }
}
