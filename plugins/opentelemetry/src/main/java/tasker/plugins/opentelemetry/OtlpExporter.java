package tasker.plugins.opentelemetry;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasker.events.api.WorkerConfig;
import tasker.events.api.spi.HealthReport;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.WorkerContext;

/** Send requests with all metrics to one collector; for use by one thread. */
final class OtlpExporter {
    private static final MetricId EXPORTS =
            MetricId.of("tasker_otlp_exports_total", "Requests with all metrics, by whether the collector took them.");

    private static final Map<String, @Nullable Object> DETAILS = Map.of("exporting", true);

    /** How much of an answer is read; what matters of it takes a few hundred bytes. */
    private static final int MOST_ANSWER_BYTES = 65_536;

    private final WorkerContext context;
    private final URI endpoint;
    private final Map<String, String> headers;
    private final int timeoutMillis;
    private final Instant start = Instant.now();
    private final Map<String, String> resource;
    private final Meters.Counter succeeded;
    private final Meters.Counter partly;
    private final Meters.Counter failed;

    /**
     * Send to this collector.
     *
     * @param headers sent along
     * @param timeout how long it may take to connect, and to answer
     */
    OtlpExporter(WorkerContext context, URI endpoint, Map<String, String> headers, Duration timeout) {
        this.context = context;
        this.endpoint = endpoint;
        this.headers = headers;
        timeoutMillis = Math.toIntExact(timeout.toMillis());
        WorkerConfig worker = context.worker();
        resource = Map.of(
                "service.name", "tasker",
                "service.namespace", worker.namespace(),
                "service.instance.id", worker.workerId(),
                "deployment.environment.name", worker.environment());
        succeeded = context.meters().counter(EXPORTS.with("outcome", "success"));
        partly = context.meters().counter(EXPORTS.with("outcome", "partial"));
        failed = context.meters().counter(EXPORTS.with("outcome", "failure"));
    }

    /** Send all metrics as they are now, and tell how that went. */
    HealthReport export() {
        try {
            MetricsRequest request = new MetricsRequest(resource, start, Instant.now());
            context.collect(request);
            Answer answer = post(request.encode());
            return answer.status() / 100 == 2
                    ? RefusedPoints.of(answer.body()).map(this::partly).orElseGet(this::success)
                    : failure("it answered with status " + answer.status());
        } catch (IOException | RuntimeException e) {
            return failure(e.toString());
        }
    }

    private HealthReport success() {
        succeeded.increment();
        return HealthReport.healthy(DETAILS);
    }

    private HealthReport partly(RefusedPoints refused) {
        partly.increment();
        return HealthReport.degraded(
                endpoint.getHost() + " refused points of metrics: " + refused.reason(),
                Map.of("exporting", true, "refused_points", refused.count()));
    }

    private HealthReport failure(String reason) {
        failed.increment();
        return HealthReport.degraded("Metrics could not be sent to " + endpoint.getHost() + ": " + reason, DETAILS);
    }

    /** Hold what the collector said. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Answer(int status, byte[] body) {}

    private Answer post(ProtoBuffer body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) endpoint.toURL().openConnection();
        connection.setConnectTimeout(timeoutMillis);
        connection.setReadTimeout(timeoutMillis);
        connection.setInstanceFollowRedirects(false);
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/x-protobuf");
        headers.forEach(connection::setRequestProperty);
        connection.setFixedLengthStreamingMode(body.length());
        try (var out = connection.getOutputStream()) {
            body.writeTo(out);
        }
        int status = connection.getResponseCode();
        try (var answer = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            // Read to its end, so that the connection can be used again.
            return new Answer(status, answer == null ? new byte[0] : answer.readNBytes(MOST_ANSWER_BYTES));
        }
    }
}
