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
 * <p>The worker runs in a process of its own, and so does the limit: a bare HTTP server in the same process. Each probe
 * opens a connection, as Kubernetes does. Each round goes through all situations, in a new order, and compares with the
 * idle worker of the same round.
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
                Child hanging = new Child(ProbedWorker.HANGING)) {
            for (Situation situation : Situation.values()) {
                comparison.measure(situation, situation.hangs ? hanging : sound, comparison.probes);
            }
            for (int round = 0; round < rounds; round++) {
                comparison.round(sound, hanging);
            }
        }
        comparison.print();
    }

    private void round(Child sound, Child hanging) throws IOException {
        List<Situation> order = new ArrayList<>(List.of(Situation.values()));
        Collections.shuffle(order, random);
        Map<Situation, Double> tails = new EnumMap<>(Situation.class);
        for (Situation situation : order) {
            long[] took = measure(situation, situation.hangs ? hanging : sound, probes);
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
    }

    private static long[] measure(Situation situation, Child worker, int count) throws IOException {
        if (situation.hangs) {
            ask(worker.port(), request("/health"));
        }
        if (!situation.handler.isEmpty()) {
            worker.work(situation.handler);
        }
        int port = situation.name().startsWith("BARE") ? worker.barePort() : worker.port();
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
        OUT.println("| the worker, ms, median [quartiles] | p50 | p99 | p99, times the idle worker's | of " + probes
                + " not answered |");
        OUT.println("|---|---|---|---|---|");
        for (Situation situation : Situation.values()) {
            OUT.println("| " + situation.title + " | " + get(middle, situation).text("%.2f") + " | "
                    + get(slowest, situation).text("%.2f") + " | "
                    + get(times, situation).text("%.2f") + " | "
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

    /** Name what the worker does meanwhile. */
    private enum Situation {
        IDLE("idle", "", false),
        EMPTY("as many empty steps as it can do", Load.Empty.NAME, false),
        BUSY("as many steps of 1 ms of computing as it can do", Load.Busy.NAME, false),
        HANGING("idle, one health contributor hangs", "", true),
        HANGING_BUSY("steps of 1 ms of computing, one health contributor hangs", Load.Busy.NAME, true),
        BARE("a bare HTTP server beside an idle worker", "", false),
        BARE_EMPTY("a bare HTTP server beside empty steps", Load.Empty.NAME, false),
        BARE_BUSY("a bare HTTP server beside steps of 1 ms of computing", Load.Busy.NAME, false);

        private final String title;
        private final String handler;
        private final boolean hangs;

        Situation(String title, String handler, boolean hangs) {
            this.title = title;
            this.handler = handler;
            this.hangs = hangs;
        }
    }
}
