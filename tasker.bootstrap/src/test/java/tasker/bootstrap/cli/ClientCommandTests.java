package tasker.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.bootstrap.client.TestServer;
import tasker.nativecore.json.Json;

/** Commands that ask a running worker, over real sockets. */
class ClientCommandTests {
    private static final String JSON = "application/json";
    private static final String HEALTH = """
            {"status":"%s","worker_id":"w-1","uptime_seconds":12.34,
             "components":{"pgmq":{"name":"pgmq","status":"%s","message":"connection refused"}},
             "native":{"state":"running"},"jvm":{}}""";

    @TempDir
    Path folder;

    private TestCli cli;

    @BeforeEach
    void prepare() {
        cli = new TestCli(folder);
    }

    @Test
    void aHealthyWorkerIsShownAndIsASuccess() throws IOException {
        try (TestServer server = answer(200, HEALTH.formatted("degraded", "degraded"))) {
            assertThat(run(server, "health")).isZero();
            assertThat(cli.out())
                    .contains("worker w-1 is degraded, up for 12.3 s")
                    .containsPattern("pgmq +degraded +connection refused")
                    .containsPattern("state +running");
        }
    }

    @Test
    void anUnhealthyWorkerIsAFailure() throws IOException {
        try (TestServer server = answer(503, HEALTH.formatted("unhealthy", "unhealthy"))) {
            assertThat(run(server, "health", "--json")).isEqualTo(1);
            assertThat(Json.object(cli.out())).containsEntry("status", "unhealthy");
        }
    }

    @Test
    void whereNoWorkerAnswersNothingIsPrinted() throws IOException {
        // A port that is bound and does not listen: nothing answers there, and nobody else can take it.
        try (Socket taken = new Socket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

            assertThat(cli.run("health", "--url", "http://127.0.0.1:" + taken.getLocalPort()))
                    .isEqualTo(3);
            assertThat(cli.out()).isEmpty();
            assertThat(cli.err()).contains("error: TASKER-L201").doesNotContain("\tat ");
        }
    }

    @Test
    void anAnswerOfSomethingElseIsExplained() throws IOException {
        try (TestServer server = answer(200, "<html>")) {
            assertThat(run(server, "health")).isEqualTo(1);
            assertThat(cli.err()).contains("TASKER-L203");
        }
    }

    @Test
    void aStepIsHandedOverAndItsEndTellsTheExitCode() throws IOException {
        try (TestServer server = answer(200, "{\"status\":\"success\",\"attempt\":1,\"output\":{\"paid\":true}}")) {
            assertThat(run(server, "submit", "charge", "{\"amount\":5}", "--wait"))
                    .isZero();
            assertThat(cli.out()).contains("{\"paid\":true}");
        }
        String failure = "{\"status\":\"failure\",\"failure\":\"timeout\",\"attempt\":3,\"reason\":\"too slow\"}";
        try (TestServer server = answer(200, failure)) {
            assertThat(run(server, "submit", "charge", "{}", "--wait", "--attempts", "3"))
                    .isEqualTo(1);
            assertThat(cli.err()).contains("the step failed (timeout, attempt 3): too slow");
        }
        try (TestServer server = answer(202, "{\"status\":\"accepted\",\"step_id\":\"id-7\"}")) {
            assertThat(run(server, "submit", "charge", "{}")).isZero();
            assertThat(cli.out()).contains("id-7");
            assertThat(run(server, "submit", "charge", "[]")).isEqualTo(2);
            assertThat(run(server, "submit", "charge", "{}", "--attempts", "0")).isEqualTo(2);
            assertThat(run(server, "submit", "charge", "{}", "--wait-seconds", "0"))
                    .isEqualTo(2);
        }
    }

    @Test
    void theVariableNamesTheWorkerAndItsToken() throws IOException {
        try (TestServer server = answer(200, "{\"worker_id\":\"w-1\",\"steps_processed\":7}")) {
            cli.variable("TASKER_URL", server.uri().toString()).variable("TASKER_OBSERVABILITY_TOKEN", "secret");

            assertThat(cli.run("metrics")).isZero();

            assertThat(cli.out()).containsPattern("steps_processed +7");
            assertThat(server.requests().getFirst().line()).startsWith("GET /metrics/worker ");
            assertThat(server.requests().getFirst().headers()).contains("Authorization: Bearer secret");
        }
    }

    @Test
    void prometheusTextIsPassedOn() throws IOException {
        try (TestServer server = answer(200, "# TYPE tasker_x gauge\ntasker_x 1\n")) {
            assertThat(run(server, "metrics", "--prometheus")).isZero();
            assertThat(cli.out()).isEqualTo("# TYPE tasker_x gauge\ntasker_x 1\n");
            assertThat(server.requests().getFirst().line()).startsWith("GET /metrics ");
        }
    }

    @Test
    void settingsOfARunningWorkerAreShown() throws IOException {
        String body = "{\"worker\":{},\"settings\":[{\"key\":\"worker.namespace\",\"value\":\"orders\","
                + "\"origin\":\"file\",\"source\":\"tasker.toml\"}]}";
        try (TestServer server = answer(200, body)) {
            assertThat(run(server, "config")).isZero();
            assertThat(cli.out()).containsPattern("worker.namespace +orders +tasker.toml");
        }
    }

    @Test
    void providersOfARunningWorkerAreShown() throws IOException {
        String body =
                "[{\"service\":\"StepHandler\",\"name\":\"ship\",\"provider\":\"x.Ship\",\"location\":\"ship.jar\","
                        + "\"status\":\"failed\",\"problem\":\"TASKER-P208 no luck\"}]";
        try (TestServer server = answer(200, body)) {
            assertThat(run(server, "modules")).isZero();
            assertThat(cli.out())
                    .containsPattern("StepHandler +ship +failed +- +- +ship.jar")
                    .contains("failed: TASKER-P208 no luck");
        }
    }

    @Test
    void theChoiceOfAProviderIsExplained() throws IOException {
        String body = "[{\"service\":\"FastTransport\",\"name\":\"inprocess\",\"provider\":\"x.Fast\","
                + "\"location\":\"fast.jar\",\"status\":\"active\",\"choice\":\"worker.fast-transport = auto\"}]";
        try (TestServer server = answer(200, body)) {
            assertThat(run(server, "modules")).isZero();
            assertThat(cli.out()).contains("active: 'inprocess' was chosen: worker.fast-transport = auto");
        }
    }

    @Test
    void aFastEventIsPostedAndItsIdPrinted() throws IOException {
        try (TestServer server = answer(202, "{}")) {
            assertThat(run(server, "publish", "order.created", "{\"price\": 2.50}", "--mode", "fast"))
                    .isZero();

            String body = server.requests().getFirst().body();
            assertThat(body).contains("\"event_type\":\"order.created\"", "\"mode\":\"fast\"", "2.50");
            assertThat(cli.out().strip()).isEqualTo(Json.object(body).get("event_id"));
        }
    }

    @Test
    void aRefusedEventIsAFailureWithTheReason() throws IOException {
        String body = "{\"error\":{\"code\":\"TASKER-W201\",\"message\":\"TASKER-W201 no durable path\"}}";
        try (TestServer server = answer(501, body)) {
            assertThat(run(server, "publish", "order.created", "{}", "--mode", "broadcast"))
                    .isEqualTo(1);
            assertThat(cli.err()).contains("TASKER-L202", "TASKER-W201 no durable path");
        }
    }

    @Test
    void anEventThatMayBePublishedIsNamedAndCanBeSentAgain() throws IOException {
        try (TestServer server = new TestServer(request -> "")) {
            assertThat(run(server, "publish", "order.created", "{}", "--mode", "fast"))
                    .isEqualTo(3);
            Object id = Json.object(server.requests().getFirst().body()).get("event_id");
            assertThat(cli.err()).contains("TASKER-L204", "--event-id " + id).doesNotContain("tasker run");
            assertThat(cli.out()).isEmpty();

            run(server, "publish", "order.created", "{}", "--mode", "fast", "--event-id", String.valueOf(id));
            assertThat(Json.object(server.requests().getLast().body())).containsEntry("event_id", id);
        }
    }

    @Test
    void eventsAreFollowedAndMissedOnesAreTold() throws IOException {
        String stream = """
                event: domain_event
                data: {"event_id":"e-1","event_type":"order.created","payload":{"a":1},"timestamp":"t-1"}

                event: missed
                data: {"missed":3,"total":3}

                event: missed
                data: {"missed":1,"total":4}

                """;
        try (TestServer server = new TestServer(request -> TestServer.stream(stream))) {
            assertThat(run(server, "tail", "order.*")).isZero();
            assertThat(cli.out()).isEqualTo("t-1 order.created e-1 {\"a\":1}\n");
            assertThat(cli.err()).contains("3 events were missed", "1 event was missed", "ended the stream");
        }
    }

    @Test
    void followingEndsAfterAsManyAsWereAskedFor() throws IOException {
        String event = "event: domain_event\ndata: {\"event_id\":\"e\"}\n\n";
        try (TestServer server = new TestServer(request -> TestServer.stream(event.repeat(5)))) {
            assertThat(run(server, "tail", "--max", "2", "--json")).isZero();
            assertThat(cli.out()).isEqualTo("{\"event_id\":\"e\"}\n".repeat(2));
        }
    }

    private int run(TestServer server, String... arguments) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--url";
        all[arguments.length + 1] = server.uri().toString();
        return cli.run(all);
    }

    private static TestServer answer(int status, String body) throws IOException {
        return new TestServer(request -> TestServer.response(status, JSON, body));
    }
}
