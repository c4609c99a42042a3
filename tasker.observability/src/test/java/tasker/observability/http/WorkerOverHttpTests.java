package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasker.events.api.HealthCheck;
import tasker.events.api.HealthStatus;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.WorkerMetrics;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.HealthReport;
import tasker.events.api.spi.StepContext;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.ProviderReport;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.json.Json;
import tasker.observability.Observability;
import tasker.observability.metrics.ExpositionReader;

/** Ask a real worker, which finds the server as it finds every service. */
@Timeout(300)
class WorkerOverHttpTests {
    private static final String SCRAPES = "tasker_http_requests_total{path=\"/metrics\",status=\"200\"}";

    private final TestTransports.Durable durable = new TestTransports.Durable();
    private final AtomicReference<HealthReport> ledger = new AtomicReference<>(HealthReport.healthy(Map.of()));

    @Test
    void everyQuestionIsAnsweredWhileStepsRun() throws Exception {
        try (WorkerSystem worker = worker("0")) {
            worker.start();
            URI server = Objects.requireNonNull(worker.endpoints().get("observability"));
            for (int i = 0; i < 10; i++) {
                worker.submit(StepRequest.of("greet", Map.of("n", i))).join();
            }

            assertThat(HttpReply.get(server, "/health").json()).containsEntry("status", "healthy");
            for (String path : List.of("/health/live", "/health/ready", "/health/started", "/providers", "/")) {
                assertThat(HttpReply.get(server, path).status()).as(path).isEqualTo(200);
            }
            HealthCheck health =
                    Json.read(HttpReply.get(server, "/health/detailed").body(), HealthCheck.class);
            assertThat(health.components()).containsKey("ledger");
            WorkerMetrics metrics =
                    Json.read(HttpReply.get(server, "/metrics/worker").body(), WorkerMetrics.class);
            assertThat(metrics.stepsSucceeded()).isEqualTo(10);
            assertThat(HttpReply.get(server, "/config").body())
                    .contains("\"worker_id\":\"http-test\"")
                    .contains("\"key\":\"observability.port\"")
                    .contains("\"origin\":\"flag\"");
            assertThat(HttpReply.get(server, "/providers").body())
                    .contains("tasker.observability.http.HttpObservability")
                    .contains("tasker.observability.metrics.JvmMetrics");
        }
    }

    @Test
    void aStepRunsOverHttpAndItsResultIsTheAnswerWhenThatIsAwaited() throws Exception {
        try (WorkerSystem worker = worker("0")) {
            worker.start();
            URI server = Objects.requireNonNull(worker.endpoints().get("observability"));
            String step = "{\"handler\":\"greet\",\"input\":{\"n\":1},\"limits\":{\"max_attempts\":2}}";

            HttpReply awaited = post(server, "/steps?wait_ms=30000", step);
            assertThat(awaited.status()).isEqualTo(200);
            assertThat(awaited.json())
                    .containsEntry("status", "success")
                    .containsEntry("attempt", 1)
                    .containsKeys("step_id", "output", "execution_time_ms");
            assertThat(post(server, "/steps", step).status()).isIn(200, 202);
            assertThat(post(server, "/steps", "{\"handler\":\"nobody\"}").body())
                    .contains("TASKER-S102");
            assertThat(post(server, "/steps", "{\"input\":{}}").status()).isEqualTo(400);
            assertThat(post(server, "/steps?wait_ms=soon", step).status()).isEqualTo(400);
        }
    }

    private static HttpReply post(URI server, String target, String body) throws IOException {
        return HttpReply.post(server, target, body, "Content-Type: application/json");
    }

    @Test
    void everyMetricOfTheCoreTheServerAndTheVirtualMachineIsValidInBothFormats() throws Exception {
        try (WorkerSystem worker = worker("0")) {
            worker.start();
            URI server = Objects.requireNonNull(worker.endpoints().get("observability"));
            worker.submit(StepRequest.of("greet", Map.of())).join();
            // A request is counted when it is over, which may be after its answer was read.
            TestWorker.await("a scrape is counted", () -> scrape(server).containsKey(SCRAPES));

            Map<String, Double> text = scrape(server);
            Map<String, Double> open = ExpositionReader.openMetrics(
                    HttpReply.get(server, "/metrics", "Accept: application/openmetrics-text")
                            .body());

            assertThat(text)
                    .containsKeys(
                            "tasker_http_scrape_duration_seconds_count",
                            SCRAPES,
                            "tasker_jvm_memory_used_bytes{area=\"heap\"}")
                    .containsEntry("tasker_http_duplicate_series_total", 0.0);
            assertThat(open.keySet()).containsAll(text.keySet());
        }
    }

    @Test
    void anUnhealthyComponentTakesTheWorkerOutOfServiceButNotOutOfLife() throws Exception {
        ledger.set(HealthReport.unhealthy("the ledger does not answer", Map.of()));
        try (WorkerSystem worker = worker("0")) {
            worker.start();
            URI server = Objects.requireNonNull(worker.endpoints().get("observability"));

            HttpReply ready = HttpReply.get(server, "/health/ready");

            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.body()).contains("the ledger does not answer");
            assertThat(HttpReply.get(server, "/health").status()).isEqualTo(503);
            assertThat(HttpReply.get(server, "/health/live").status()).isEqualTo(200);
            Observability observability = Observability.of(worker);
            assertThat(observability.isHealthy()).isFalse();
            assertThat(observability.healthCheck().status()).isEqualTo(HealthStatus.UNHEALTHY);
            assertThat(observability.config().workerId()).isEqualTo("http-test");
            assertThat(observability.metrics().stepsProcessed()).isZero();
        }
    }

    @Test
    void whatIsPostedComesOutOfTheStreamWithTheSameId() throws Exception {
        try (WorkerSystem worker = worker("0")) {
            worker.start();
            URI server = Objects.requireNonNull(worker.endpoints().get("observability"));
            try (BufferedReader stream = new BufferedReader(new InputStreamReader(
                    server.resolve("/events?pattern=order.*").toURL().openStream(), StandardCharsets.UTF_8))) {
                assertThat(stream.readLine()).isEqualTo(": subscribed");

                HttpReply posted = HttpReply.post(
                        server,
                        "/events",
                        "{\"event_type\":\"order.created\",\"payload\":{\"n\":1},\"mode\":\"broadcast\"}",
                        "Content-Type: application/json");

                assertThat(posted.status()).isEqualTo(201);
                String id = durable.committed.getFirst().eventId().toString();
                assertThat(posted.json()).containsEntry("event_id", id);
                assertThat(stream.readLine()).as("where the stream stands").startsWith("id: ");
                assertThat(stream.readLine()).isEmpty();
                assertThat(stream.readLine())
                        .as("where it stands after the event")
                        .startsWith("id: ");
                assertThat(stream.readLine()).isEqualTo("event: domain_event");
                String data = stream.readLine().substring("data: ".length());
                assertThat(Json.read(data, InProcessDomainEvent.class))
                        .isEqualTo(InProcessDomainEvent.of(durable.committed.getFirst()));
            }
        }
    }

    @Test
    void theServerIsGoneOnceTheWorkerIsClosed() throws Exception {
        WorkerSystem worker = worker("0");
        worker.start();
        URI server = Objects.requireNonNull(worker.endpoints().get("observability"));

        worker.close();

        assertThatThrownBy(() -> HttpReply.get(server, "/health")).isInstanceOf(ConnectException.class);
    }

    @Test
    void aWorkerWhosePortIsInUseRunsOnAndSaysSo() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                WorkerSystem worker = worker(String.valueOf(other.getLocalPort()))) {
            worker.start();

            assertThat(worker.endpoints()).isEmpty();
            assertThat(worker.isLive()).isTrue();
            assertThat(worker.health().status()).isNotEqualTo(HealthStatus.HEALTHY);
            assertThat(worker.providers())
                    .filteredOn(report -> report.name().equals(Optional.of("observability")))
                    .singleElement()
                    .satisfies(report -> {
                        assertThat(report.status()).isEqualTo(ProviderReport.Status.FAILED);
                        assertThat(report.problem().orElseThrow()).contains("TASKER-H102");
                    });
        }
    }

    private static Map<String, Double> scrape(URI server) {
        try {
            return ExpositionReader.prometheus(HttpReply.get(server, "/metrics").body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private WorkerSystem worker(String port) {
        return WorkerSystem.builder(Configuration.builder()
                        .flag("observability.port", port, "test")
                        .flag("worker.worker-id", "http-test", "test")
                        .flag("worker.health-timeout-ms", "60000", "test")
                        .flag("worker.metrics-timeout-ms", "60000", "test")
                        .flag("observability.heartbeat-ms", "600000", "test")
                        .build())
                .service(durable)
                .service(new TestTransports.Fast())
                .service(new Ledger(ledger))
                .service(new Greet())
                .build();
    }

    private record Ledger(AtomicReference<HealthReport> report) implements HealthContributor {
        @Override
        public String name() {
            return "ledger";
        }

        @Override
        public HealthReport check() {
            return report.get();
        }
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
