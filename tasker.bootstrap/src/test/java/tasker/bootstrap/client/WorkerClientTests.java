package tasker.bootstrap.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tasker.events.api.TaskerException;

class WorkerClientTests {
    private static final String JSON = "application/json";

    @Test
    void theTokenIsShownAndThePatternIsEncoded() throws IOException {
        try (TestServer server = new TestServer(request -> TestServer.stream(""))) {
            try (SseReader reader = new WorkerClient(server.uri(), Optional.of("secret")).events("order.#")) {
                assertThat(reader.next()).isEmpty();
            }

            TestServer.Request request = server.requests().getFirst();
            assertThat(request.line()).startsWith("GET /events?pattern=order.%23 ");
            assertThat(request.headers()).contains("Authorization: Bearer secret", "Accept: text/event-stream");
        }
    }

    @Test
    void aWorkerThatIsDownIsAnAnswer() throws IOException {
        try (TestServer server =
                new TestServer(request -> TestServer.response(503, JSON, "{\"status\":\"unhealthy\"}"))) {
            Answer answer = new WorkerClient(server.uri(), Optional.empty()).get("/health/detailed", JSON);

            assertThat(answer.isUp()).isFalse();
            assertThat(answer.body()).contains("unhealthy");
        }
    }

    @Test
    void anEventThatIsNotTakenIsAnErrorWithTheWorkersReason() throws IOException {
        String body = "{\"error\":{\"code\":\"TASKER-W201\",\"message\":\"TASKER-W201 there is no durable path\"}}";
        try (TestServer server = new TestServer(request -> TestServer.response(503, JSON, body))) {
            WorkerClient client = new WorkerClient(server.uri(), Optional.empty());

            assertThatThrownBy(() -> client.post("/events", "{\"event_type\":\"größe\"}"))
                    .isInstanceOf(TaskerException.class)
                    .hasMessageStartingWith("TASKER-L202")
                    .hasMessageContaining("503: TASKER-W201 there is no durable path");
            assertThat(server.requests().getFirst().headers()).contains("Content-Type: application/json");
        }
    }

    @Test
    void aWorkerWithoutTheHandlerIsNotTakenForAnotherServer() throws IOException {
        String body = "{\"error\":{\"code\":\"TASKER-S102\",\"message\":\"TASKER-S102 no handler is named 'x'\"}}";
        try (TestServer server = new TestServer(request -> TestServer.response(404, JSON, body))) {
            WorkerClient client = new WorkerClient(server.uri(), Optional.empty());

            assertThatThrownBy(() -> client.post("/steps", "{}"))
                    .hasMessageEndingWith("404: TASKER-S102 no handler is named 'x'");
        }
    }

    @Test
    void anEventIsSentOnceAlthoughTheConnectionDrops() throws IOException {
        try (TestServer server = new TestServer(request -> "")) {
            WorkerClient client = new WorkerClient(server.uri(), Optional.empty());

            assertThatThrownBy(() -> client.post("/events", "{}"))
                    .isInstanceOf(TaskerException.class)
                    .hasMessageStartingWith("TASKER-L204")
                    .hasMessageContaining("may have done what was asked");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void aPostThatNeedsATokenIsExplainedToo() throws IOException {
        try (TestServer server = new TestServer(request -> TestServer.response(401, "text/plain", "no token"))) {
            WorkerClient client = new WorkerClient(server.uri(), Optional.empty());

            assertThatThrownBy(() -> client.post("/events", "{}"))
                    .hasMessageStartingWith("TASKER-L202")
                    .hasMessageContaining("401")
                    .hasMessageContaining("--token");
        }
    }

    @Test
    void aMissingTokenIsExplained() throws IOException {
        try (TestServer server = new TestServer(request -> TestServer.response(401, "text/plain", "no token"))) {
            WorkerClient client = new WorkerClient(server.uri(), Optional.empty());

            assertThatThrownBy(() -> client.get("/config", JSON))
                    .hasMessageContaining("401: no token")
                    .hasMessageContaining("--token");
        }
    }

    @Test
    void aRedirectIsNotFollowedWithTheToken() throws IOException {
        try (TestServer other = new TestServer(request -> TestServer.response(200, JSON, "{}"));
                TestServer server = new TestServer(request -> "HTTP/1.1 302 Found\r\nLocation: " + other.uri()
                        + "/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")) {
            WorkerClient client = new WorkerClient(server.uri(), Optional.of("secret"));

            assertThatThrownBy(() -> client.get("/config", JSON)).hasMessageStartingWith("TASKER-L202");
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void whereNothingAnswersTheErrorSaysWhatToDo() throws IOException {
        URI nowhere;
        try (TestServer server = new TestServer(request -> "")) {
            nowhere = server.uri();
        }
        WorkerClient client = new WorkerClient(nowhere, Optional.empty());

        assertThatThrownBy(() -> client.get("/health", JSON))
                .isInstanceOf(TaskerException.class)
                .hasMessageStartingWith("TASKER-L201 no worker answers at " + nowhere)
                .hasMessageContaining("tasker run");
        assertThatThrownBy(() -> client.post("/events", "{}")).hasMessageStartingWith("TASKER-L201");
    }
}
