package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.spi.MetricId;
import tasker.nativecore.json.Json;

class WorkerEndpointsTests {
    @RegisterExtension
    final HttpFixture fixture = new HttpFixture();

    private URI server = URI.create("http://unset");

    @BeforeEach
    void start() {
        fixture.worker.logLevels = new TestLogLevels();
        server = fixture.start();
    }

    @Test
    void configShowsTheWorkerAndWhereEachSettingCameFrom() throws IOException {
        Map<String, Object> config = HttpReply.get(server, "/config").json();

        assertThat(config).containsOnlyKeys("worker", "settings");
        assertThat(config.get("worker"))
                .hasToString(Json.object(Json.text(fixture.worker.config())).toString());
        assertThat(config.get("settings"))
                .isEqualTo(List.of(Map.of(
                        "key", "worker.namespace", "value", "orders", "origin", "flag", "source", "--namespace")));
    }

    @Test
    void providersAreListedWithTheirModuleAndStatus() throws IOException {
        HttpReply reply = HttpReply.get(server, "/providers");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(Json.object("{\"list\":" + reply.body() + "}").get("list"))
                .isEqualTo(List.of(Map.of(
                        "service", "StepHandler",
                        "name", "charge",
                        "provider", "com.example.Charge",
                        "module", "com.example",
                        "version", "1.2",
                        "location", "/plugins/charge.jar",
                        "status", "active")));
    }

    @Test
    void everyListedEndpointThatCanBeReadAnswers() throws IOException {
        Map<String, Object> index = HttpReply.get(server, "/").json();

        assertThat(index).containsEntry("worker_id", "worker-1");
        assertThat((List<?>) index.get("endpoints")).hasSizeGreaterThan(10).allSatisfy(entry -> {
            Map<?, ?> endpoint = (Map<?, ?>) entry;
            if ("GET".equals(endpoint.get("method"))) {
                assertThat(HttpReply.ask(server, "HEAD", String.valueOf(endpoint.get("path")), "")
                                .status())
                        .isEqualTo(200);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health", "/metrics", "/config"})
    void headAnswersLikeGetWithoutABody(String path) throws IOException {
        fixture.worker.metrics = sink -> sink.gauge(MetricId.of("tasker_pending", "Steps that wait."), 1);
        HttpReply get = HttpReply.get(server, path);
        HttpReply head = HttpReply.ask(server, "HEAD", path, "");

        assertThat(head.status()).isEqualTo(get.status());
        assertThat(head.body()).isEmpty();
        assertThat(head.header("Content-Type")).isEqualTo(get.header("Content-Type"));
        assertThat(Integer.parseInt(head.header("Content-Length"))).isPositive();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST    | /health  | GET, HEAD",
                "DELETE  | /metrics | GET, HEAD",
                "PUT     | /events  | GET, POST, HEAD",
                "OPTIONS | /config  | GET, HEAD"
            })
    void aWrongMethodIs405AndTellsTheRightOnes(String method, String path, String allowed) throws IOException {
        HttpReply reply = HttpReply.ask(server, method, path, "");

        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.header("Allow")).isEqualTo(allowed);
        assertThat(reply.code()).isEqualTo("TASKER-H107");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/health/", "/healthy", "/../etc/passwd", "/metrics/worker/x"})
    void whatIsNotThereIs404(String path) throws IOException {
        HttpReply reply = HttpReply.get(server, path);

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.code()).isEqualTo("TASKER-H106");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/metrics", "/config", "/nothing", "/"})
    void everyAnswerForbidsCachingAndSniffing(String path) throws IOException {
        HttpReply reply = HttpReply.get(server, path);

        assertThat(reply.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }
}
