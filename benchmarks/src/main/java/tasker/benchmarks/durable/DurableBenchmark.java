package tasker.benchmarks.durable;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import tasker.nativecore.WorkerSystem;

/**
 * Measure publishing on the durable path beside peers and limits: {@code benchmarks/run durable [rounds] [write]}.
 *
 * <p>Every contender runs once a round, in a new order each round, so that what else the machine does meets all of
 * them. With {@code write} the table goes into {@code docs/performance.md} and the plot beside it.
 */
final class DurableBenchmark {
    private static final int ROUNDS = 7;
    private static final Duration WARM_UP = Duration.ofMillis(400);
    private static final Duration SPAN = Duration.ofMillis(1_500);

    /** Peers get four times the connections that a worker has, which serves them better than fewer or more. */
    private static final int PEER_CONNECTIONS = 32;

    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private DurableBenchmark() {}

    /** Run, and end the process whatever threads the peers have left. */
    public static void main(String[] args) throws Exception {
        Locale.setDefault(Locale.ROOT);
        int rounds = args.length > 0 && !args[0].equals("write") ? Integer.parseInt(args[0]) : ROUNDS;
        boolean write = args.length > 0 && args[args.length - 1].equals("write");
        try (Server server = new Server();
                WorkerSystem worker = TaskerContender.start(server);
                Contender send = new SendContender(server, PEER_CONNECTIONS);
                Contender scheduler = new DbSchedulerContender(server, PEER_CONNECTIONS);
                Contender jobs = new JobRunrContender(server, PEER_CONNECTIONS)) {
            Field field = Field.of(server, worker, List.of(send, scheduler, jobs));
            run(field.cells(), rounds);
            String report = new Report(field, rounds, server.description(), PEER_CONNECTIONS).markdown();
            OUT.println(report);
            if (write) {
                Path docs = Path.of("docs");
                Section.replace(docs.resolve("performance.md"), "publishing", report);
                Files.writeString(docs.resolve("images/publishing.svg"), new Plot(field).svg());
            }
        }
        System.exit(0);
    }

    private static void run(List<Cell> cells, int rounds) throws Exception {
        Random random = new Random(20_261_125);
        for (int round = 0; round <= rounds; round++) {
            List<Cell> order = new ArrayList<>(cells);
            Collections.shuffle(order, random);
            for (Cell cell : order) {
                Load.Result result = new Load(cell.contender, cell.callers).run(WARM_UP.toNanos(), SPAN.toNanos());
                // The first round warms the virtual machine and the server up.
                if (round > 0) {
                    cell.results.add(result);
                }
            }
            System.err.println("round " + round + " of " + rounds);
        }
    }
}
