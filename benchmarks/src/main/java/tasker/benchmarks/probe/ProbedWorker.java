package tasker.benchmarks.probe;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import tasker.events.api.spi.HealthContributor;
import tasker.events.api.spi.HealthReport;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.WorkerSystemBuilder;
import tasker.nativecore.config.Configuration;
import tasker.observability.http.HttpObservability;

/**
 * Run a worker in a process of its own: it tells its port and that of a bare server, then works as its standard input
 * says, a line each: the name of a handler to be kept busy, or {@code calm}.
 */
final class ProbedWorker {
    /** What makes the worker have a health contributor that never answers. */
    static final String HANGING = "hanging";

    /** What makes it a bare server and no worker. */
    static final String ALONE = "alone";

    private ProbedWorker() {}

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        if (args.length > 0 && args[0].equals(ALONE)) {
            serveAlone(out, in);
            return;
        }
        try (WorkerSystem worker = start(args.length > 0 && args[0].equals(HANGING))) {
            URI endpoint = Objects.requireNonNull(worker.endpoints().get("observability"));
            out.println(endpoint.getPort());
            HttpServer bare = bare();
            out.println(bare.getAddress().getPort());
            Load load = new Load(worker);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals("calm")) {
                    load.stop();
                } else {
                    load.start(line);
                }
                out.println("ok");
            }
            load.stop();
            bare.stop(0);
        }
    }

    private static void serveAlone(PrintStream out, BufferedReader in) throws IOException {
        HttpServer bare = bare();
        out.println(bare.getAddress().getPort());
        out.println(bare.getAddress().getPort());
        // Until the parent closes it, or ends.
        in.lines().forEach(line -> {});
        bare.stop(0);
    }

    /** Answer every request with as little as can be, on a thread that waits for nothing but requests: the limit. */
    private static HttpServer bare() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newFixedThreadPool(
                4, Thread.ofPlatform().daemon().name("bare-", 0).factory()));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    /** Start a worker that answers over HTTP. */
    static WorkerSystem start(boolean hanging) {
        return start(new LongAdder(), hanging);
    }

    static WorkerSystem start(LongAdder done, boolean hanging) {
        Configuration configuration = Configuration.builder()
                .flag("observability.port", "0", "benchmark")
                .flag("worker.durable-transport", "none", "benchmark")
                .build();
        WorkerSystemBuilder builder = WorkerSystem.builder(configuration)
                .service(new HttpObservability())
                .service(new Load.Empty(done))
                .service(new Load.Busy());
        if (hanging) {
            builder.service(new Hanging());
        }
        WorkerSystem worker = builder.build();
        worker.start();
        return worker;
    }

    /** Never answer. */
    private static final class Hanging implements HealthContributor {
        private final CountDownLatch never = new CountDownLatch(1);

        @Override
        public String name() {
            return HANGING;
        }

        @Override
        public HealthReport check() throws InterruptedException {
            never.await();
            return HealthReport.healthy(Map.of());
        }
    }
}
