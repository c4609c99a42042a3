package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tasker.events.api.HealthStatus;
import tasker.events.api.WorkerState;
import tasker.events.api.spi.MetricId;
import tasker.nativecore.json.Json;
import tasker.observability.metrics.Durations;

class OverviewTests {
    @RegisterExtension
    final HttpFixture fixture = new HttpFixture();

    private final TestWorker worker = fixture.worker;

    @Test
    void theWorkerIsNamedAndItsFiguresAreThoseOfItsMetrics() throws IOException {
        Map<String, Object> overview =
                HttpReply.get(fixture.start(), "/overview").json();

        assertThat(overview)
                .containsEntry("worker_id", worker.config().workerId())
                .containsEntry("namespace", worker.config().namespace())
                .containsEntry("environment", worker.config().environment())
                .containsEntry("max_concurrent_handlers", worker.config().maxConcurrentHandlers())
                .containsEntry("state", WorkerState.RUNNING.text())
                .containsEntry("metrics", Json.object(Json.text(worker.metrics())))
                .containsKeys("sampled_at", "version");
    }

    @Test
    void eachStartHasAnIdOfItsOwn() throws IOException {
        URI server = fixture.start();
        Object first = HttpReply.get(server, "/overview").json().get("run_id");
        assertThat(HttpReply.get(server, "/overview").json()).containsEntry("run_id", first);

        fixture.http.close();

        assertThat(HttpReply.get(fixture.start(), "/overview").json().get("run_id"))
                .isNotEqualTo(first);
    }

    @Test
    void seriesAreSortedByWhatTheyTellOf() throws IOException {
        worker.metrics = sink -> {
            sink.gauge(id("tasker_channel_saturation_ratio").with("channel", "dispatch"), 0.25);
            sink.gauge(id("tasker_pgmq_queue_length").with("queue", "shop"), 12);
            sink.gauge(id("tasker_pgmq_queue_oldest_age_seconds").with("queue", "shop"), 3);
            sink.gauge(id("tasker_other_queue_length").with("queue", "unmeasured"), Double.NaN);
            sink.counter(id("tasker_steps_total").with("handler", "charge").with("outcome", "success"), 7);
            sink.counter(id("tasker_step_retries_total").with("handler", "charge"), 2);
            sink.gauge(
                    id("tasker_step_recent_duration_seconds")
                            .with("handler", "charge")
                            .with("percentile", "99"),
                    0.02);
            sink.counter(id("tasker_domain_events_published_total").with("mode", "fast"), 5);
            sink.counter(id("tasker_domain_events_dropped_total"), 1);
            sink.gauge(id("tasker_fast_path_subscribers"), 3);
            sink.gauge(id("tasker_jvm_threads"), 40);
        };

        Map<String, Object> overview =
                HttpReply.get(fixture.start(), "/overview").json();

        assertThat(overview)
                .containsAllEntriesOf(Json.object(Json.text(Map.of(
                        "channels", Map.of("dispatch", Map.of("saturation_ratio", 0.25)),
                        "queues", Map.of("shop", Map.of("length", 12.0, "oldest_age_seconds", 3.0)),
                        "handlers", Map.of("charge", Map.of("success", 7, "retries", 2, "p99_ms", 20.0)),
                        "events", Map.of("published_fast", 5, "dropped", 1, "subscribers", 3.0)))));
    }

    @Test
    void percentilesAreThoseOfTheWindowAndNullWhereNothingWasMeasured() throws IOException {
        URI server = fixture.start();
        assertThat(section(HttpReply.get(server, "/overview"), "execution"))
                .hasToString("{count=0, p50_ms=null, p95_ms=null, p99_ms=null}");

        worker.recent = Durations.of(1_000_000L, 2_000_000L, 40_000_000L);

        Map<?, ?> execution = section(HttpReply.get(server, "/overview"), "execution");
        assertThat(execution.get("count")).isEqualTo(3);
        assertThat(number(execution, "p50_ms")).isBetween(1.9, 2.1);
        assertThat(number(execution, "p99_ms")).isBetween(39.0, 41.0);
    }

    @Test
    void anUnhealthyWorkerIsShownLikeAnyOther() throws IOException {
        worker.health = () -> TestWorker.health(HealthStatus.UNHEALTHY);

        HttpReply reply = HttpReply.get(fixture.start(), "/overview");

        assertThat(reply.status()).isEqualTo(200);
        Map<?, ?> health = section(reply, "health");
        assertThat(health.get("status")).isEqualTo("unhealthy");
        assertThat(String.valueOf(health.get("components"))).contains("the database does not answer");
    }

    @Test
    void componentsAreShownToThoseWhoMaySeeThem() throws IOException {
        URI server = fixture.start("token", "s3cret");

        Map<?, ?> open = health(server);
        Map<?, ?> trusted = health(server, "Authorization: Bearer s3cret");

        assertThat(open.get("status")).isEqualTo("healthy");
        assertThat(open.get("details")).isEqualTo("with-token");
        assertThat(open.containsKey("components")).isFalse();
        assertThat(trusted.containsKey("components")).isTrue();
    }

    @Test
    void componentsAreShownToNobodyWhereThatIsSet() throws IOException {
        URI server = fixture.start("token", "s3cret", "health-details", "never");

        Map<?, ?> health = health(server, "Authorization: Bearer s3cret");

        assertThat(health.get("details")).isEqualTo("never");
        assertThat(health.containsKey("components")).isFalse();
    }

    @Test
    void componentsAreShownToEverybodyWhereThatIsSet() throws IOException {
        assertThat(health(fixture.start("token", "s3cret", "health-details", "always"))
                        .containsKey("components"))
                .isTrue();
    }

    private static Map<?, ?> health(URI server, String... headers) throws IOException {
        HttpReply reply = HttpReply.get(server, "/overview", headers);
        assertThat(reply.header("Vary")).isEqualTo("Authorization");
        return section(reply, "health");
    }

    private static Map<?, ?> section(HttpReply reply, String name) {
        return reply.json().get(name) instanceof Map<?, ?> section ? section : Map.of();
    }

    private static double number(Map<?, ?> section, String name) {
        return section.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    private static MetricId id(String name) {
        return MetricId.of(name, "A figure.");
    }
}
