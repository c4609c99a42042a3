package tasker.plugins.opentelemetry;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tasker.events.api.InvalidValueException;
import tasker.events.api.WorkerConfig;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.HealthReport;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;
import tasker.events.api.spi.WorkerContext;

/**
 * Send all metrics of a worker to an OpenTelemetry collector, by OTLP over HTTP, again and again.
 *
 * <p>It is idle until it is told where to send them. What could not be sent shows in health and is counted; nothing is
 * kept for later, since each request has the sums since the start. Safe for use by many threads.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#otlphttp">OTLP/HTTP</a>
 */
public final class OtlpMetrics implements HealthContributor {
    static final SettingKey<Optional<URI>> ENDPOINT = SettingKey.parsed(
            "metrics-endpoint",
            "URL",
            "",
            "Where metrics are sent by OTLP over HTTP, such as http://127.0.0.1:4318/v1/metrics; empty for nowhere.",
            OtlpMetrics::endpoint);
    static final SettingKey<Optional<String>> HEADERS = SettingKey.secret(
            "headers",
            "Headers to send along, such as a collector's key: name=value pairs with commas between them, values"
                    + " percent-encoded, as in OTEL_EXPORTER_OTLP_HEADERS.");
    static final SettingKey<Duration> INTERVAL = SettingKey.millis(
            "interval-ms",
            Duration.ofMinutes(1),
            Duration.ofMillis(100),
            Duration.ofHours(1),
            "How often metrics are sent.");
    static final SettingKey<Duration> TIMEOUT = SettingKey.millis(
            "timeout-ms",
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofMinutes(1),
            "How long the collector may take to connect, and to answer.");

    private static final MetricId EXPORTS =
            MetricId.of("tasker_otlp_exports_total", "Requests with all metrics, by whether the collector took them.");

    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile HealthReport health = HealthReport.healthy(Map.of("exporting", false));
    private @Nullable Thread thread;

    @Override
    public String name() {
        return "otlp";
    }

    @Override
    public List<SettingKey<?>> settings() {
        return List.of(ENDPOINT, HEADERS, INTERVAL, TIMEOUT);
    }

    @Override
    public void start(WorkerContext context) {
        Settings settings = context.settings();
        settings.get(ENDPOINT).ifPresent(endpoint -> {
            Exporter exporter = new Exporter(context, endpoint, headers(settings.get(HEADERS)));
            thread = Thread.ofPlatform().daemon().name("tasker-otlp").start(() -> run(exporter));
        });
    }

    @Override
    public HealthReport check() {
        return health;
    }

    /** Send once more, so that the collector has the last figures, and end. */
    @Override
    public void close() throws InterruptedException {
        closing.countDown();
        Thread running = thread;
        if (running != null) {
            running.join();
        }
    }

    private void run(Exporter exporter) {
        try {
            boolean last;
            do {
                last = closing.await(exporter.interval.toNanos(), TimeUnit.NANOSECONDS);
                health = exporter.export();
            } while (!last);
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<URI> endpoint(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        try {
            URI uri = URI.create(text.strip());
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null) {
                return Optional.of(uri);
            }
        } catch (IllegalArgumentException ignored) {
            // Refused below, with what is expected.
        }
        throw new InvalidValueException(
                "metrics-endpoint", "is '" + text + "'; expected a URL such as http://127.0.0.1:4318/v1/metrics");
    }

    private static Map<String, String> headers(Optional<String> text) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String pair : text.map(all -> all.split(",", -1)).orElse(new String[0])) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw new InvalidValueException("headers", "has a part without a name and '='");
            }
            headers.put(
                    pair.substring(0, equals).strip(),
                    URLDecoder.decode(pair.substring(equals + 1).strip(), StandardCharsets.UTF_8));
        }
        return headers;
    }

    /** Send requests to one collector; for use by one thread. */
    private static final class Exporter {
        final Duration interval;
        private final WorkerContext context;
        private final URI endpoint;
        private final Map<String, String> headers;
        private final int timeoutMillis;
        private final Instant start = Instant.now();
        private final Map<String, String> resource;
        private final Meters.Counter succeeded;
        private final Meters.Counter failed;

        Exporter(WorkerContext context, URI endpoint, Map<String, String> headers) {
            this.context = context;
            this.endpoint = endpoint;
            this.headers = headers;
            interval = context.settings().get(INTERVAL);
            timeoutMillis = Math.toIntExact(context.settings().get(TIMEOUT).toMillis());
            WorkerConfig worker = context.worker();
            resource = Map.of(
                    "service.name", "tasker",
                    "service.namespace", worker.namespace(),
                    "service.instance.id", worker.workerId(),
                    "deployment.environment.name", worker.environment());
            succeeded = context.meters().counter(EXPORTS.with("outcome", "success"));
            failed = context.meters().counter(EXPORTS.with("outcome", "failure"));
        }

        HealthReport export() {
            try {
                MetricsRequest request = new MetricsRequest(resource, start, Instant.now());
                context.collect(request);
                int status = post(request.encode());
                if (status / 100 == 2) {
                    succeeded.increment();
                    return HealthReport.healthy(Map.of("exporting", true));
                }
                return failure("it answered with status " + status);
            } catch (IOException | RuntimeException e) {
                return failure(e.toString());
            }
        }

        private HealthReport failure(String reason) {
            failed.increment();
            return HealthReport.degraded(
                    "Metrics could not be sent to " + endpoint.getHost() + ": " + reason, Map.of("exporting", true));
        }

        private int post(ProtoBuffer body) throws IOException {
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
            var answer = status < 400 ? connection.getInputStream() : connection.getErrorStream();
            if (answer != null) {
                // Read to its end, so that the connection can be used again.
                answer.readAllBytes();
                answer.close();
            }
            return status;
        }
    }
}
