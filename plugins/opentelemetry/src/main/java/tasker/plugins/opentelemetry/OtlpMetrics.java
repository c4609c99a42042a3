package tasker.plugins.opentelemetry;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.HealthReport;
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
            Map<String, String> headers = OtlpHeaders.parse(settings.get(HEADERS));
            OtlpExporter exporter = new OtlpExporter(context, endpoint, headers, settings.get(TIMEOUT));
            Duration interval = settings.get(INTERVAL);
            thread = Thread.ofPlatform().daemon().name("tasker-otlp").start(() -> run(exporter::export, interval));
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

    /** Export again and again, whatever one export ends in. */
    void run(Callable<HealthReport> exporter, Duration interval) {
        try {
            boolean last;
            do {
                last = closing.await(interval.toNanos(), TimeUnit.NANOSECONDS);
                health = export(exporter);
            } while (!last);
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }

    private static HealthReport export(Callable<HealthReport> exporter) throws InterruptedException {
        try {
            return exporter.call();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | Error e) {
            return HealthReport.degraded("the metrics could not be sent: " + e, Map.of("exporting", true));
        }
    }

    private static Optional<URI> endpoint(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        try {
            URI uri = URI.create(text.strip());
            if (uri.getRawUserInfo() != null) {
                // Not shown, as it may be a password; nor is it sent.
                throw new InvalidValueException(
                        "metrics-endpoint", "has a user before its host; say who you are with otlp.headers");
            }
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null) {
                return Optional.of(uri);
            }
        } catch (IllegalArgumentException ignored) {
            // Refused below, with what is expected.
        }
        throw new InvalidValueException(
                "metrics-endpoint", "is '" + text + "'; expected a URL such as http://127.0.0.1:4318/v1/metrics");
    }
}
