package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.HealthCheck;
import tasker.events.api.HealthStatus;
import tasker.events.api.WorkerState;
import tasker.nativecore.json.Json;

class HealthEndpointsTests {
    @RegisterExtension
    final HttpFixture fixture = new HttpFixture();

    private final TestWorker worker = fixture.worker;
    private URI server = URI.create("http://unset");

    @BeforeEach
    void start() {
        server = fixture.start();
    }

    @ParameterizedTest
    @CsvSource({"HEALTHY, 200", "DEGRADED, 200", "UNHEALTHY, 503"})
    void healthTellsTheStatusByCodeAndByBody(HealthStatus status, int code) throws IOException {
        worker.health = () -> TestWorker.health(status);

        HttpReply reply = HttpReply.get(server, "/health");

        assertThat(reply.status()).isEqualTo(code);
        assertThat(reply.json()).containsOnlyKeys("status", "timestamp", "worker_id");
        assertThat(reply.json()).containsEntry("status", status.text()).containsEntry("worker_id", "worker-1");
        assertThat(Instant.parse((String) reply.json().get("timestamp"))).isBeforeOrEqualTo(Instant.now());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/ready", "/readyz", "/health/detailed"})
    void healthThatCannotBeDeterminedIs500WithoutInnards(String path) throws IOException {
        worker.health = () -> {
            throw new IllegalStateException("secret innards at com.example.Foo");
        };

        HttpReply reply = HttpReply.get(server, path);

        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.code()).isEqualTo("TASKER-H111");
        assertThat(reply.body())
                .contains("java.lang.IllegalStateException")
                .doesNotContain("secret innards")
                .doesNotContain("\tat ");
    }

    @Test
    void anErrorInAHealthCheckIs500AndTheServerLivesOn() throws IOException {
        worker.health = () -> {
            throw new StackOverflowError();
        };

        assertThat(HttpReply.get(server, "/health").status()).isEqualTo(500);
        assertThat(HttpReply.get(server, "/health/live").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/livez"})
    void livenessNeverAsksForTheHealthOfAnythingElse(String path) throws IOException {
        worker.health = () -> {
            throw new AssertionError("asked");
        };

        assertThat(HttpReply.get(server, path).status()).isEqualTo(200);

        worker.live = false;
        HttpReply dead = HttpReply.get(server, path);
        assertThat(dead.status()).isEqualTo(503);
        assertThat(dead.json()).containsEntry("status", "unhealthy");
    }

    @ParameterizedTest
    @CsvSource({
        "RUNNING, HEALTHY, 200, healthy",
        "RUNNING, DEGRADED, 200, degraded",
        "RUNNING, UNHEALTHY, 503, unhealthy",
        "STARTING, HEALTHY, 503, unhealthy",
        "SHUTTING_DOWN, HEALTHY, 503, unhealthy",
        "ERROR, HEALTHY, 503, unhealthy"
    })
    void readinessNeedsARunningWorkerThatIsNotUnhealthy(WorkerState state, HealthStatus status, int code, String shown)
            throws IOException {
        worker.state = state;
        worker.health = () -> TestWorker.health(status);

        for (String path : List.of("/health/ready", "/readyz")) {
            HttpReply reply = HttpReply.get(server, path);

            assertThat(reply.status()).isEqualTo(code);
            assertThat(reply.json()).containsEntry("status", shown).containsEntry("state", state.text());
        }
    }

    @Test
    void readinessShowsEachCheckWithItsReason() throws IOException {
        worker.health = () -> TestWorker.health(HealthStatus.DEGRADED);

        assertThat(HttpReply.get(server, "/health/ready").json().get("checks"))
                .asString()
                .isEqualTo(Map.of("database", Json.object("""
                                        {"status": "degraded", "message": "the database does not answer",
                                         "duration_ms": 1.5, "last_checked": "1970-01-01T00:00:00Z"}""")).toString());
    }

    @ParameterizedTest
    @CsvSource({"STARTING, 503", "RUNNING, 200", "SHUTTING_DOWN, 200", "ERROR, 503"})
    void startedStaysTrueOnceTheWorkerHasStarted(WorkerState state, int code) throws IOException {
        worker.state = state;

        assertThat(HttpReply.get(server, "/health/started").status()).isEqualTo(code);
    }

    @Test
    void detailedIsTheHealthCheckItself() throws IOException {
        HealthCheck check = TestWorker.health(HealthStatus.UNHEALTHY);
        worker.health = () -> check;

        HttpReply reply = HttpReply.get(server, "/health/detailed");

        assertThat(reply.status()).isEqualTo(503);
        assertThat(Json.read(reply.body(), HealthCheck.class)).isEqualTo(check);
    }
}
