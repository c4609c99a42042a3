package tasker.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasker.bootstrap.client.TestServer;
import tasker.bootstrap.process.StopSignal;

/** {@code tasker top} asking over real sockets. */
@Timeout(300)
class TopCommandTests {
    private static final String JSON = "application/json";
    private static final String ENTER = "\u001b[?1049h";
    private static final String LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
    private static final String OVERVIEW = """
            {"worker_id":"w-1","run_id":"%RUN%","namespace":"shop","environment":"production","state":"running",
             "health":{"status":"%STATUS%","details":"with-token","components":{
               "ledger":{"name":"ledger","status":"healthy"},
               "pgmq":{"name":"pgmq","status":"%STATUS%","message":"connection refused"}}},
             "metrics":{"uptime_seconds":%UPTIME%,"steps_processed":%STEPS%,"steps_failed":3,"steps_in_progress":5,
               "dispatch_channel_pending":12,"domain_events_published":2000,"domain_events_dropped":0},
             "execution":{"window_ms":300000,"count":9,"p50_ms":0.5,"p95_ms":2.25,"p99_ms":1234.5},
             "max_concurrent_handlers":64,
             "channels":{"dispatch":{"saturation_ratio":0.3},"completion":{"saturation_ratio":0.0}},
             "queues":{"shop_domain_events":{"length":1500.0,"visible_length":7.0,"oldest_age_seconds":190.0}},
             "handlers":{"charge":{"success":997,"permanent":2,"timeout":1,"p50_ms":0.5,"p99_ms":9.0}}}""";

    @TempDir
    Path folder;

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicReference<String> run = new AtomicReference<>("a");
    private TestCli cli;

    @BeforeEach
    void prepare() {
        cli = new TestCli(folder);
    }

    @Test
    void oneFrameIsPrintedWithoutControlCodes() throws IOException {
        try (TestServer server = worker("healthy")) {
            assertThat(cli.run("top", "--once", "--url", server.uri().toString()))
                    .isZero();

            assertThat(server.requests())
                    .hasSize(2)
                    .allSatisfy(request -> assertThat(request.line()).startsWith("GET /overview "));
            assertThat(cli.out())
                    .contains("w-1  shop · production  up for 1 min 41 s")
                    .contains("● healthy  all 2 components are healthy")
                    .contains("100/s processed   0/s failed   1,100 in all   3 failed")
                    .contains("p50 0.500 ms   p95 2.250 ms   p99 1,234.500 ms")
                    .contains("5 of 64 at work   12 steps waiting")
                    .contains("dispatch ███░░░░░░░ 30 %   completion ░░░░░░░░░░ 0 %")
                    .contains("0/s published   0/s dropped   2,000 in all   0 dropped")
                    .containsPattern("ledger +healthy")
                    .containsPattern("shop_domain_events +1,500 +7 +3 min 10 s")
                    .containsPattern("charge +997 +3 +- +0.500 ms +9.000 ms")
                    .doesNotContain("\u001b");
        }
    }

    @Test
    void wherePeopleDoNotLookItPrintsOneFrameUnasked() throws IOException {
        try (TestServer server = worker("healthy")) {
            assertThat(cli.run("top", "--url", server.uri().toString())).isZero();
            assertThat(cli.out()).contains("w-1").doesNotContain("\u001b");
        }
    }

    @Test
    void anUnhealthyWorkerIsAFailureAndItsReasonComesFirst() throws IOException {
        try (TestServer server = worker("unhealthy")) {
            assertThat(cli.run("top", "--once", "--url", server.uri().toString()))
                    .isEqualTo(1);
            assertThat(cli.out())
                    .contains("● unhealthy  pgmq\n")
                    .containsPattern("pgmq +unhealthy +connection refused\nledger +healthy");
        }
    }

    @Test
    void withoutTheTokenItSaysHowToSeeTheComponents() throws IOException {
        String body = overview("healthy").replaceAll("(?s),\"components\":.*?}}}", "}");
        try (TestServer server = new TestServer(request -> TestServer.response(200, JSON, body))) {
            assertThat(cli.run("top", "--once", "--url", server.uri().toString()))
                    .isZero();
            assertThat(cli.out()).contains("● healthy  its components are shown with the token: --token");
        }
    }

    @Test
    void aNarrowTerminalGetsNarrowLines() throws IOException {
        try (TestServer server = worker("degraded")) {
            cli.variable("COLUMNS", "40");

            assertThat(cli.run("top", "--once", "--url", server.uri().toString()))
                    .isZero();

            assertThat(cli.out().lines())
                    .allSatisfy(line -> assertThat(line.codePointCount(0, line.length()))
                            .as(line)
                            .isLessThanOrEqualTo(40));
            assertThat(cli.out()).contains("100/s processed", "1,100 in all", "p99 1,234.500 ms", "…");
        }
    }

    @Test
    void whatAWorkerSaysCannotControlTheTerminal() throws IOException {
        String body = overview("healthy").replace("\"ledger\"", "\"led\\u001b[2Jger\\r\\u202e\"");
        try (TestServer server = new TestServer(request -> TestServer.response(200, JSON, body))) {
            assertThat(cli.run("top", "--once", "--url", server.uri().toString()))
                    .isZero();
            assertThat(cli.out()).contains("led?[2Jger??").doesNotContain("\u001b", "\r", "\u202e");
        }
    }

    @Test
    void whereNoWorkerAnswersNothingIsPrinted() throws IOException {
        // A port that is bound and does not listen: nothing answers there, and nobody else can take it.
        try (Socket taken = new Socket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

            assertThat(cli.run("top", "--url", "http://127.0.0.1:" + taken.getLocalPort()))
                    .isEqualTo(3);
            assertThat(cli.out()).isEmpty();
            assertThat(cli.err()).contains("error: TASKER-L201");
        }
    }

    @Test
    void anAnswerOfSomethingElseIsExplained() throws IOException {
        try (TestServer server = new TestServer(request -> TestServer.response(200, JSON, "{\"status\":\"up\"}"))) {
            assertThat(cli.run("top", "--url", server.uri().toString())).isEqualTo(1);
            assertThat(cli.err()).contains("TASKER-L203");
        }
    }

    @Test
    void aTerminalIsTakenOverTellsThatTheWorkerIsGoneAndBackAndIsGivenBack() throws Exception {
        AtomicReference<String> answer = new AtomicReference<>("healthy");
        try (TestServer server = new TestServer(
                request -> answer.get().isEmpty() ? "" : TestServer.response(200, JSON, overview(answer.get())))) {
            cli.terminal().variable("TERM", "xterm").variable("COLUMNS", "100");
            FutureTask<Integer> top =
                    start(() -> cli.run("top", "--url", server.uri().toString()));

            cli.await("w-1");
            assertThat(cli.out()).startsWith(ENTER);
            cli.await("most 100/s");
            answer.set("");
            cli.await("does not answer since");
            answer.set("degraded");
            cli.await("back after");
            cli.await("● degraded");
            cli.stop(StopSignal.INT);

            assertThat(top.get(200, TimeUnit.SECONDS)).isEqualTo(130);
            assertThat(cli.out()).endsWith(LEAVE);
            assertThat(cli.err()).isEmpty();
        }
    }

    @Test
    void aWorkerThatStartedAnewIsTold() throws Exception {
        try (TestServer server = worker("healthy")) {
            cli.terminal().variable("TERM", "xterm").variable("COLUMNS", "100");
            FutureTask<Integer> top =
                    start(() -> cli.run("top", "--url", server.uri().toString()));
            cli.await("most 100/s");

            run.set("b");

            cli.await("back, started anew");
            cli.stop(StopSignal.TERM);
            assertThat(top.get(200, TimeUnit.SECONDS)).isEqualTo(143);
        }
    }

    private TestServer worker(String status) throws IOException {
        return new TestServer(request -> TestServer.response(200, JSON, overview(status)));
    }

    /** Each answer is a second and a hundred steps after the one before. */
    private String overview(String status) {
        int second = asked.getAndIncrement();
        return OVERVIEW.replace("%STATUS%", status)
                .replace("%RUN%", run.get())
                .replace("%UPTIME%", Integer.toString(100 + second))
                .replace("%STEPS%", Integer.toString(1_000 + 100 * second));
    }

    private static FutureTask<Integer> start(Callable<Integer> command) {
        FutureTask<Integer> task = new FutureTask<>(command);
        Thread.ofVirtual().start(task);
        return task;
    }
}
