package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.StepContext;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

/** Let a real Prometheus judge the metrics of a real worker. */
@Timeout(120)
class PrometheusIT {
    private static final int STEPS = 5;

    /** The trace of every step. */
    private static final TraceContext TRACE = new TraceContext("ab".repeat(16), "cd".repeat(8), true, "");

    @TempDir
    private Path folder;

    @BeforeEach
    void prometheusIsInstalled() {
        assumeTrue(
                runs("promtool") && runs("prometheus"),
                "no promtool and prometheus on the path: install Debian's package 'prometheus' to run this test");
    }

    @Test
    void promtoolFindsNothingToComplainAbout() throws Exception {
        try (WorkerSystem worker = worker()) {
            HttpReply scrape = HttpReply.get(serverOf(worker), "/metrics");
            Path text = Files.writeString(folder.resolve("metrics.txt"), scrape.body());
            Path answer = folder.resolve("promtool.log");

            Process promtool = new ProcessBuilder("promtool", "check", "metrics")
                    .redirectInput(text.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(answer.toFile())
                    .start();

            assertThat(promtool.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(answer)).isEmpty();
            assertThat(promtool.exitValue()).isZero();
        }
    }

    @Test
    void aPrometheusScrapesTheWorkerAndKnowsItsFigures() throws Exception {
        try (WorkerSystem worker = worker()) {
            URI prometheus = URI.create("http://127.0.0.1:" + freePort());
            Path configuration = Files.writeString(folder.resolve("prometheus.yml"), """
                    scrape_configs:
                      - job_name: tasker
                        scrape_interval: 1s
                        static_configs:
                          - targets: ['%s']
                    """.formatted(
                            serverOf(worker).getAuthority()));
            Path log = folder.resolve("prometheus.log");
            Process process = new ProcessBuilder(
                            "prometheus",
                            "--config.file=" + configuration,
                            "--storage.tsdb.path=" + folder.resolve("data"),
                            "--enable-feature=exemplar-storage",
                            "--web.listen-address=" + prometheus.getAuthority())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                TestWorker.await("prometheus has seen the steps", () -> {
                    assertThat(process.isAlive()).as("prometheus, see %s", log).isTrue();
                    return query(prometheus, "tasker_steps_total{handler=\"greet\",outcome=\"success\"}")
                            .contains("\"" + STEPS + "\"]");
                });
                assertThat(query(prometheus, "up{job=\"tasker\"}")).contains("\"1\"]");
                assertThat(query(prometheus, "histogram_quantile(0.5, tasker_step_duration_seconds_bucket)"))
                        .contains("\"handler\":\"greet\"");
                assertThat(query(prometheus, "tasker_build_info")).contains("java_version");
                for (String series : List.of("tasker_step_duration_seconds_bucket", "tasker_steps_total")) {
                    TestWorker.await(
                            "prometheus leads from " + series + " to the trace",
                            () -> ask(prometheus, "query_exemplars?start=0&end=9999999999&query=" + series)
                                    .contains("\"trace_id\":\"" + TRACE.traceId() + "\""));
                }
            } finally {
                process.destroy();
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            }
        }
    }

    private static WorkerSystem worker() throws InterruptedException {
        WorkerSystem worker = WorkerSystem.builder(Configuration.builder()
                        .flag("observability.port", "0", "test")
                        .build())
                .service(new TestTransports.Durable())
                .service(new TestTransports.Fast())
                .service(new Greet())
                .build();
        worker.start();
        for (int i = 0; i < STEPS; i++) {
            worker.submit(StepRequest.of("greet", Map.of()).withTrace(Optional.of(TRACE)))
                    .join();
        }
        return worker;
    }

    private static URI serverOf(WorkerSystem worker) {
        return Objects.requireNonNull(worker.endpoints().get("observability"));
    }

    /** What Prometheus answers; nothing while it does not listen yet. */
    private static String query(URI prometheus, String expression) {
        return ask(prometheus, "query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    }

    private static String ask(URI prometheus, String question) {
        try {
            return HttpReply.get(prometheus, "/api/v1/" + question).body();
        } catch (ConnectException ignored) {
            return "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean runs(String program) {
        try {
            Process process = new ProcessBuilder(List.of(program, "--version"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException ignored) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
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
