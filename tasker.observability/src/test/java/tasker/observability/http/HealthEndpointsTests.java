package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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

    @ParameterizedTest
    @CsvSource({"HEALTHY, 200", "DEGRADED, 200", "UNHEALTHY, 503"})
    void healthTellsTheStatusByCodeAndByBody(HealthStatus status, int code) throws IOException {
        URI server = fixture.start();
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
        URI server = fixture.start();
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
        URI server = fixture.start();
        worker.health = () -> {
            throw new StackOverflowError();
        };

        assertThat(HttpReply.get(server, "/health").status()).isEqualTo(500);
        assertThat(HttpReply.get(server, "/health/live").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/livez"})
    void livenessNeverAsksForTheHealthOfAnythingElse(String path) throws IOException {
        URI server = fixture.start();
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
        URI server = fixture.start();
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
        URI server = fixture.start();
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
        URI server = fixture.start();
        worker.state = state;

        assertThat(HttpReply.get(server, "/health/started").status()).isEqualTo(code);
    }

    @Test
    void detailedIsTheHealthCheckItself() throws IOException {
        URI server = fixture.start();
        HealthCheck check = TestWorker.health(HealthStatus.UNHEALTHY);
        worker.health = () -> check;

        HttpReply reply = HttpReply.get(server, "/health/detailed");

        assertThat(reply.status()).isEqualTo(503);
        assertThat(Json.read(reply.body(), HealthCheck.class)).isEqualTo(check);
    }

    @ParameterizedTest
    @CsvSource({"HEALTHY, 200, pass", "DEGRADED, 200, warn", "UNHEALTHY, 503, fail"})
    void healthJsonIsSentToWhoPrefersIt(HealthStatus status, int code, String word) throws IOException {
        URI server = fixture.start();
        worker.health = () -> TestWorker.health(status);

        for (String path : List.of("/health", "/health/ready", "/health/detailed")) {
            HttpReply reply = HttpReply.get(server, path, "Accept: application/json;q=0.5, application/health+json");

            assertThat(reply.status()).as(path).isEqualTo(code);
            assertThat(reply.header("Content-Type")).isEqualTo("application/health+json");
            assertThat(reply.header("Vary")).contains("Accept");
            assertThat(reply.json()).containsEntry("status", word).containsEntry("serviceId", "worker-1");
        }
        assertThat(HttpReply.get(server, "/health/ready", "Accept: application/health+json")
                        .body())
                .contains("\"database:responseTime\":[{")
                .contains("\"observedValue\":1.5,\"observedUnit\":\"ms\",\"status\":\"" + word + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Accept: */*",
                "Accept: application/*",
                "Accept: application/json",
                "Accept: application/health+json;q=0.4, application/json;q=0.5",
                "Accept: application/health+json;q=0, */*",
                "X-Nothing: 1"
            })
    void everybodyElseGetsOurOwnForm(String header) throws IOException {
        URI server = fixture.start();

        HttpReply reply = HttpReply.get(server, "/health/live", header);

        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(reply.json()).containsEntry("status", "healthy").containsKey("timestamp");
    }

    @Test
    void aGroupOfTheOperatorsIsServedUnderItsName() throws IOException {
        URI server = fixture.start();
        worker.health = () -> TestWorker.health(HealthStatus.UNHEALTHY);

        assertThat(HttpReply.get(server, "/health/storage").status()).isEqualTo(200);
        assertThat(HttpReply.get(server, "/health/storage").body()).contains("\"checks\":{\"database\":");

        worker.storage = () -> TestWorker.health(HealthStatus.UNHEALTHY);
        assertThat(HttpReply.get(server, "/health/storage").status()).isEqualTo(503);
        assertThat(HttpReply.get(server, "/health/nowhere").status()).isEqualTo(404);
    }

    @Test
    void detailsAreForWhoHasTheToken() throws IOException {
        URI server = fixture.start("token", "s3cret");
        worker.health = () -> TestWorker.health(HealthStatus.DEGRADED);

        for (String path : List.of("/health/ready", "/health/storage")) {
            HttpReply stranger = HttpReply.get(server, path);
            assertThat(stranger.status()).isEqualTo(200);
            assertThat(stranger.json()).containsKey("status").doesNotContainKey("checks");
            assertThat(HttpReply.get(server, path, "Authorization: Bearer s3cret")
                            .json())
                    .containsKey("checks");
        }
        assertThat(HttpReply.get(server, "/health/detailed").status()).isEqualTo(401);
        assertThat(HttpReply.get(server, "/health/detailed", "Authorization: Bearer s3cret")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void detailsMayBeForEverybodyOrForNobody() throws IOException {
        URI open = fixture.start("token", "s3cret", "health-details", "always");
        assertThat(HttpReply.get(open, "/health/ready").json()).containsKey("checks");
        assertThat(HttpReply.get(open, "/health/detailed").status()).isEqualTo(200);
        fixture.http.close();

        URI closed = fixture.start("token", "s3cret", "health-details", "never");
        HttpReply ready = HttpReply.get(closed, "/health/ready", "Authorization: Bearer s3cret");
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.json()).doesNotContainKey("checks");
        assertThat(HttpReply.get(closed, "/health/detailed", "Authorization: Bearer s3cret")
                        .status())
                .isEqualTo(404);
    }
}
