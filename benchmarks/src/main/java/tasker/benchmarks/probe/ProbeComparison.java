package tasker.benchmarks.probe;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tasker.benchmarks.Ratio;

/**
 * Measure how long {@code /health/live} takes to answer, from an idle worker and from one with all the steps that it
 * can do, with and without a health contributor that hangs: {@code benchmarks/run probe [rounds] [probes]}.
 *
 * <p>The worker runs in a process of its own. Beside it are two limits: a bare HTTP server in the same process, and one
 * in another process that does nothing else, which has only the machine in common with the worker. Each probe opens a
 * connection, as Kubernetes does. Each round goes through all situations, in a new order, and compares with the idle
 * worker of the same round.
 */
final class ProbeComparison {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final byte[] PROBE = request("/health/live");
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int TIMEOUT_MILLIS = 1_000;

    private final Random random = new Random(20_261_125);
    private final Map<Situation, Ratio> middle = ratios();
    private final Map<Situation, Ratio> slowest = ratios();
    private final Map<Situation, Ratio> times = ratios();
    private final Map<Situation, Ratio> beside = ratios();
    private final Map<Situation, Ratio> lost = ratios();
    private final int probes;

    private ProbeComparison(int probes) {
        this.probes = probes;
    }

    /** Run the rounds and print a table. */
    public static void main(String[] args) throws IOException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        ProbeComparison comparison = new ProbeComparison(args.length > 1 ? Integer.parseInt(args[1]) : 1_000);
        try (Child sound = new Child();
                Child hanging = new Child(ProbedWorker.HANGING);
                Child alone = new Child(ProbedWorker.ALONE)) {
            for (Situation situation : Situation.values()) {
                measure(situation, situation.hangs ? hanging : sound, alone, comparison.probes);
            }
            for (int round = 0; round < rounds; round++) {
                comparison.round(sound, hanging, alone);
            }
        }
        comparison.print();
    }

    private void round(Child sound, Child hanging, Child alone) throws IOException {
        List<Situation> order = new ArrayList<>(List.of(Situation.values()));
        Collections.shuffle(order, random);
        Map<Situation, Double> tails = new EnumMap<>(Situation.class);
        for (Situation situation : order) {
            long[] took = measure(situation, situation.hangs ? hanging : sound, alone, probes);
            get(middle, situation).add(took[took.length / 2] / NANOS_PER_MILLI);
            long late = TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
            get(lost, situation).add((double)
                    Arrays.stream(took).filter(nanos -> nanos >= late).count());
            double tail = took[(int) Math.ceil(0.99 * took.length) - 1] / NANOS_PER_MILLI;
            get(slowest, situation).add(tail);
            tails.put(situation, tail);
        }
        double idle = Objects.requireNonNull(tails.get(Situation.IDLE));
        tails.forEach((situation, tail) -> get(times, situation).add(tail / idle));
        for (Situation limit : Situation.values()) {
            if (limit.server != Server.WORKER) {
                double worker = Objects.requireNonNull(tails.get(limit.worker()));
                get(beside, limit).add(worker / Objects.requireNonNull(tails.get(limit)));
            }
        }
    }

    private static long[] measure(Situation situation, Child worker, Child alone, int count) throws IOException {
        if (situation.hangs) {
            ask(worker.port(), request("/health"));
        }
        if (!situation.handler.isEmpty()) {
            worker.work(situation.handler);
        }
        int port = switch (situation.server) {
            case WORKER -> worker.port();
            case BESIDE -> worker.barePort();
            case ALONE -> alone.barePort();
        };
        long[] took = new long[count];
        for (int i = 0; i < count; i++) {
            long begin = System.nanoTime();
            boolean answered = ask(port, PROBE);
            long nanos = System.nanoTime() - begin;
            took[i] = answered ? nanos : Math.max(nanos, TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS));
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        if (!situation.handler.isEmpty()) {
            worker.work("calm");
        }
        Arrays.sort(took);
        return took;
    }

    /** Ask; tells whether there was an answer in time. */
    private static boolean ask(int port, byte[] request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request);
            byte[] answer = socket.getInputStream().readAllBytes();
            if (answer.length < 12 || answer[9] != '2') {
                throw new IOException("answered " + new String(answer, StandardCharsets.UTF_8));
            }
            return true;
        } catch (SocketTimeoutException | SocketException ignored) {
            return false;
        }
    }

    private static byte[] request(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void print() {
        OUT.println(
                "| answered by, ms, median [quartiles] | p50 | p99 | p99, times the idle worker's | p99 of the worker"
                        + " with the same load, times this | of " + probes + " not answered |");
        OUT.println("|---|---|---|---|---|---|");
        for (Situation situation : Situation.values()) {
            OUT.println("| " + situation.title + " | " + get(middle, situation).text("%.2f") + " | "
                    + get(slowest, situation).text("%.2f") + " | "
                    + get(times, situation).text("%.2f") + " | "
                    + (situation.server == Server.WORKER
                            ? ""
                            : get(beside, situation).text("%.2f")) + " | "
                    + get(lost, situation).text("%.0f") + " |");
        }
    }

    private static Map<Situation, Ratio> ratios() {
        Map<Situation, Ratio> ratios = new EnumMap<>(Situation.class);
        for (Situation situation : Situation.values()) {
            ratios.put(situation, new Ratio());
        }
        return ratios;
    }

    private static Ratio get(Map<Situation, Ratio> ratios, Situation situation) {
        return Objects.requireNonNull(ratios.get(situation));
    }

    /** Name who answers. */
    private enum Server {
        WORKER,
        BESIDE,
        ALONE
    }

    /** Name what the worker does meanwhile, and who answers. */
    private enum Situation {
        IDLE("an idle worker", Server.WORKER, "", false),
        EMPTY("a worker with as many empty steps as it can do", Server.WORKER, Load.Empty.NAME, false),
        BUSY("a worker with as many steps of 1 ms of computing as it can do", Server.WORKER, Load.Busy.NAME, false),
        HANGING("an idle worker, one health contributor hangs", Server.WORKER, "", true),
        HANGING_BUSY(
                "a worker with steps of 1 ms of computing, one health contributor hangs",
                Server.WORKER,
                Load.Busy.NAME,
                true),
        BARE("a bare server in the process of an idle worker", Server.BESIDE, "", false),
        BARE_EMPTY("a bare server in the process of empty steps", Server.BESIDE, Load.Empty.NAME, false),
        BARE_BUSY("a bare server in the process of steps of 1 ms of computing", Server.BESIDE, Load.Busy.NAME, false),
        ALONE("a bare server in a process of its own, beside an idle worker", Server.ALONE, "", false),
        ALONE_EMPTY("a bare server in a process of its own, beside empty steps", Server.ALONE, Load.Empty.NAME, false),
        ALONE_BUSY(
                "a bare server in a process of its own, beside steps of 1 ms of computing",
                Server.ALONE,
                Load.Busy.NAME,
                false);

        private final String title;
        private final Server server;
        private final String handler;
        private final boolean hangs;

        Situation(String title, Server server, String handler, boolean hangs) {
            this.title = title;
            this.server = server;
            this.handler = handler;
            this.hangs = hangs;
        }

        /** The worker under the same load. */
        Situation worker() {
            return handler.isEmpty() ? IDLE : handler.equals(Load.Empty.NAME) ? EMPTY : BUSY;
        }
    }
}
