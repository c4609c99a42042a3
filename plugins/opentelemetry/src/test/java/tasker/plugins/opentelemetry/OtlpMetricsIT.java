package tasker.plugins.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasker.events.api.ComponentHealth;
import tasker.events.api.HealthStatus;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TaskerException;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.StepContext;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.WorkerSystemBuilder;
import tasker.nativecore.config.Configuration;

/**
 * Send the metrics of a real worker to a receiver on this machine, which reads them with OpenTelemetry's own classes.
 */
@Timeout(180)
class OtlpMetricsIT {
    private static final TraceContext TRACE = new TraceContext("ab".repeat(16), "cd".repeat(8), true, "");

    @Test
    void everyMetricOfTheWorkerArrives() throws Exception {
        try (OtlpReceiver receiver = new OtlpReceiver(200);
                WorkerSystem worker = worker(receiver, "otlp.headers", "api-key=s%2Cecret,x=y")) {
            for (int i = 0; i < 3; i++) {
                worker.submit(StepRequest.of("greet", Map.of()).withTrace(Optional.of(TRACE)))
                        .join();
            }

            Map<String, Metric> metrics = receiver.await(all -> all.containsKey("tasker_steps_total")
                    && point(all, "tasker_steps_total", "success")
                            .map(NumberDataPoint::getAsInt)
                            .equals(Optional.of(3L)));

            Metric steps = metric(metrics, "tasker_steps_total");
            assertThat(steps.getSum().getIsMonotonic()).isTrue();
            assertThat(steps.getSum().getAggregationTemporality())
                    .isEqualTo(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
            assertThat(steps.getDescription()).isEqualTo("Steps that ended, by how they ended.");
            NumberDataPoint succeeded =
                    point(metrics, "tasker_steps_total", "success").orElseThrow();
            assertThat(labels(succeeded.getAttributesList())).containsEntry("handler", "greet");
            assertThat(succeeded.getStartTimeUnixNano()).isPositive().isLessThan(succeeded.getTimeUnixNano());
            assertThat(succeeded.getExemplars(0).getTraceId().toByteArray())
                    .isEqualTo(HexFormat.of().parseHex(TRACE.traceId()));

            Metric duration = metric(metrics, "tasker_step_duration_seconds");
            assertThat(duration.getUnit()).isEqualTo("s");
            HistogramDataPoint took = duration.getHistogram().getDataPoints(0);
            assertThat(took.getCount()).isEqualTo(3);
            assertThat(took.getBucketCountsList()).hasSize(took.getExplicitBoundsCount() + 1);
            assertThat(took.getBucketCountsList().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(3);
            assertThat(took.getExplicitBoundsList())
                    .isSorted()
                    .startsWith(0.005)
                    .endsWith(10.0);
            assertThat(took.getSum()).isPositive();
            assertThat(took.getExemplars(0).getSpanId().toByteArray())
                    .isEqualTo(HexFormat.of().parseHex(TRACE.spanId()));

            assertThat(metric(metrics, "tasker_uptime_seconds")
                            .getGauge()
                            .getDataPoints(0)
                            .getAsDouble())
                    .isPositive();
            assertThat(receiver.resource())
                    .containsEntry("service.name", "tasker")
                    .containsEntry("service.namespace", "shop")
                    .containsEntry("service.instance.id", worker.config().workerId());
            assertThat(receiver.headers())
                    .containsEntry("content-type", "application/x-protobuf")
                    .containsEntry("api-key", "s,ecret")
                    .containsEntry("x", "y");
            receiver.await(all -> point(all, "tasker_otlp_exports_total", "success")
                    .filter(point -> point.getAsInt() > 0)
                    .isPresent());
        }
    }

    @Test
    void theLastFiguresAreSentWhenTheWorkerStops() throws Exception {
        try (OtlpReceiver receiver = new OtlpReceiver(200)) {
            try (WorkerSystem worker = worker(receiver, "otlp.interval-ms", "3600000")) {
                worker.submit(StepRequest.of("greet", Map.of())).join();
            }
            receiver.await(all -> point(all, "tasker_steps_total", "success").isPresent());
        }
    }

    @Test
    void aReceiverThatRefusesShowsInHealthAndHarmsNothing() throws Exception {
        try (OtlpReceiver receiver = new OtlpReceiver(503);
                WorkerSystem worker = worker(receiver)) {
            receiver.await(all -> point(all, "tasker_otlp_exports_total", "failure")
                    .filter(point -> point.getAsInt() > 0)
                    .isPresent());
            assertThat(otlp(worker).message())
                    .hasValueSatisfying(message -> assertThat(message).contains("status 503"));
            assertThat(worker.submit(StepRequest.of("greet", Map.of())).join().result())
                    .isEqualTo(StepResult.success(Map.of()));
        }
    }

    @Test
    void pointsThatTheReceiverRefusesShowInHealth() throws Exception {
        byte[] answer = ExportMetricsServiceResponse.newBuilder()
                .setPartialSuccess(ExportMetricsPartialSuccess.newBuilder()
                        .setRejectedDataPoints(300)
                        .setErrorMessage("too many labels"))
                .build()
                .toByteArray();
        try (OtlpReceiver receiver = new OtlpReceiver(200, answer);
                WorkerSystem worker = worker(receiver)) {
            receiver.await(all -> point(all, "tasker_otlp_exports_total", "partial")
                    .filter(point -> point.getAsInt() > 0)
                    .isPresent());
            assertThat(otlp(worker).status()).isEqualTo(HealthStatus.DEGRADED);
            assertThat(otlp(worker).message())
                    .hasValueSatisfying(message -> assertThat(message).contains("too many labels"));
            assertThat(otlp(worker).details()).containsEntry("refused_points", 300L);
        }
    }

    private static ComponentHealth otlp(WorkerSystem worker) {
        return Objects.requireNonNull(worker.health().components().get("otlp"));
    }

    @Test
    void aUserInTheUrlIsRefusedWithoutShowingIt() {
        assertThatThrownBy(() -> builder("otlp.metrics-endpoint", "http://me:s3cret@127.0.0.1:4318/v1/metrics")
                        .build())
                .isInstanceOf(TaskerException.class)
                .hasMessageContaining("otlp.metrics-endpoint")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void whatIsNoUrlIsRefusedAtTheStart() {
        assertThatThrownBy(
                        () -> builder("otlp.metrics-endpoint", "collector:4318").build())
                .isInstanceOf(TaskerException.class)
                .hasMessageContaining("otlp.metrics-endpoint");
    }

    private static WorkerSystem worker(OtlpReceiver receiver, String... settings) {
        String[] all = Stream.concat(
                        Stream.of(
                                "otlp.interval-ms",
                                "200",
                                "otlp.metrics-endpoint",
                                receiver.endpoint(),
                                "worker.health-cache-ms",
                                "0"),
                        Arrays.stream(settings))
                .toArray(String[]::new);
        WorkerSystem worker = builder(all).build();
        worker.start();
        return worker;
    }

    private static WorkerSystemBuilder builder(String... settings) {
        Configuration.Builder configuration = Configuration.builder()
                .flag("worker.namespace", "shop", "test")
                .flag("worker.durable-transport", "none", "test");
        for (int i = 0; i < settings.length; i += 2) {
            configuration.flag(settings[i], settings[i + 1], "test");
        }
        return WorkerSystem.builder(configuration.build())
                .service(new OtlpMetrics())
                .service(new Greet());
    }

    private static Metric metric(Map<String, Metric> metrics, String name) {
        return Objects.requireNonNull(metrics.get(name), name);
    }

    private static Optional<NumberDataPoint> point(Map<String, Metric> metrics, String name, String outcome) {
        Metric metric = metrics.get(name);
        return metric == null
                ? Optional.empty()
                : metric.getSum().getDataPointsList().stream()
                        .filter(point ->
                                outcome.equals(labels(point.getAttributesList()).get("outcome")))
                        .findFirst();
    }

    static Map<String, String> labels(List<KeyValue> attributes) {
        Map<String, String> labels = new HashMap<>();
        attributes.forEach(each -> labels.put(each.getKey(), each.getValue().getStringValue()));
        return labels;
    }

    static Map<String, Metric> byName(ExportMetricsServiceRequest request) {
        return request.getResourceMetrics(0).getScopeMetrics(0).getMetricsList().stream()
                .collect(Collectors.toMap(Metric::getName, Function.identity()));
    }

    private record Greet() implements StepHandler {
        @Override
        public String name() {
            return "greet";
        }

        @Override
        public StepResult handle(StepContext context) {
            return StepResult.success(Map.of());
        }
    }
}
