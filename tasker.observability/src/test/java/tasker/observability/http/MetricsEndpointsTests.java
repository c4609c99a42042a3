package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tasker.events.api.WorkerMetrics;
import tasker.events.api.spi.MetricId;
import tasker.nativecore.json.Json;
import tasker.observability.metrics.ExpositionReader;

class MetricsEndpointsTests {
    private static final MetricId STEPS = MetricId.of("tasker_steps_total", "Steps that ended.");

    @RegisterExtension
    final HttpFixture fixture = new HttpFixture();

    private URI server = URI.create("http://unset");

    @BeforeEach
    void start() {
        fixture.worker.metrics = sink -> sink.counter(STEPS, 3);
        server = fixture.start();
    }

    @Test
    void whoAsksForNothingGetsPrometheusText() throws IOException {
        HttpReply reply = HttpReply.get(server, "/metrics");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(reply.header("Vary")).isEqualTo("Accept");
        assertThat(ExpositionReader.prometheus(reply.body())).containsExactly(entry("tasker_steps_total", 3.0));
    }

    @Test
    void aScraperThatPrefersOpenMetricsGetsIt() throws IOException {
        HttpReply reply = HttpReply.get(
                server,
                "/metrics",
                "Accept: application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1");

        assertThat(reply.header("Content-Type"))
                .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(ExpositionReader.openMetrics(reply.body())).containsExactly(entry("tasker_steps_total", 3.0));
    }

    @Test
    void scrapesRequestsAndDuplicatesAreCounted() throws IOException {
        fixture.worker.metrics = sink -> {
            sink.counter(STEPS, 3);
            sink.counter(STEPS, 4);
        };

        HttpReply.get(server, "/metrics");
        HttpReply.get(server, "/metrics");
        HttpReply.get(server, "/no/such/page");

        MetricId requests =
                MetricId.of("tasker_http_requests_total", "Requests by path and status; status 0 was never answered.");
        TestWorker.await(
                "every request is counted",
                () -> fixture.count(requests.with("path", "/metrics").with("status", "200")) == 2
                        && fixture.count(requests.with("path", "other").with("status", "404")) == 1);
        assertThat(fixture.count(MetricId.of(
                        "tasker_http_duplicate_series_total",
                        "Series left out of scrapes because another one had their name and labels.")))
                .isEqualTo(2);
    }

    @Test
    void workerMetricsAreTheRecordItself() throws IOException {
        HttpReply reply = HttpReply.get(server, "/metrics/worker");

        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(Json.read(reply.body(), WorkerMetrics.class)).isEqualTo(fixture.worker.metrics());
    }
}
