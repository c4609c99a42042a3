package tasker.benchmarks.durable;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import tasker.nativecore.WorkerSystem;

/**
 * Measure consuming beside the raw functions of PGMQ, and the way from publish to handler beside a poller, all in one
 * run: rounds in which every contender has its turn, in an order drawn anew, and ratios within each round. Prints
 * Markdown.
 *
 * <p>Arguments: rounds (7), events a turn (20000), events for each latency (200).
 */
public final class ConsumeBenchmark {
    private static final int[] CONSUMERS = {1, 4};

    private final Map<String, List<Double>> figures = new LinkedHashMap<>();
    private final Random random = new Random(7);
    private final PrintStream out;

    private ConsumeBenchmark(PrintStream out) {
        this.out = out;
    }

    /** Run the benchmark. */
    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7;
        int events = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20_000;
        int samples = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 200;
        try (ConsumeServer server = new ConsumeServer();
                WorkerSystem worker = server.worker();
                WorkerSystem other = server.worker()) {
            ConsumeBenchmark benchmark = new ConsumeBenchmark(System.out);
            benchmark.out.println(server.description() + "\n");
            benchmark.rates(new ConsumeRates(server, worker), rounds, events);
            benchmark.latencies(new WakeLatency(server, worker, other), rounds, samples);
        }
    }

    private void rates(ConsumeRates rates, int rounds, int events) throws Exception {
        for (int round = -1; round < rounds; round++) {
            List<Runnable> turns = new ArrayList<>();
            for (int consumers : CONSUMERS) {
                for (ConsumeRates.Way way : ConsumeRates.Way.values()) {
                    boolean counts = round >= 0;
                    turns.add(() -> {
                        double rate = orThrow(() -> rates.measure(way, consumers, events));
                        if (counts) {
                            note(way.name() + consumers, rate);
                        }
                    });
                }
            }
            Collections.shuffle(turns, random);
            turns.forEach(Runnable::run);
        }
        out.printf(
                Locale.ROOT, "Consuming %,d events of 300 bytes, %d rounds; median [least-most]:%n%n", events, rounds);
        out.println("| consumers | way | events/s | beside raw |");
        out.println("|---|---|---|---|");
        for (int consumers : CONSUMERS) {
            for (ConsumeRates.Way way : ConsumeRates.Way.values()) {
                String name = way.name() + consumers;
                out.printf(
                        "| %d | %s | %s | %s |%n",
                        consumers,
                        way.label(),
                        spread(figures.getOrDefault(name, List.of()), "%,.0f"),
                        ratio(name, ConsumeRates.Way.RAW.name() + consumers));
            }
        }
    }

    private void latencies(WakeLatency latency, int rounds, int samples) throws Exception {
        for (int round = 0; round < rounds; round++) {
            List<WakeLatency.Way> turns = new ArrayList<>(List.of(WakeLatency.Way.values()));
            Collections.shuffle(turns, random);
            for (WakeLatency.Way way : turns) {
                WakeLatency.Result result = latency.measure(way, samples);
                note(way.name() + "p50", result.p50());
                note(way.name() + "p99", result.p99());
            }
        }
        out.printf(
                "%nFrom the call of publish to the handler, %d events a round, %d rounds; median [least-most]:%n%n",
                samples, rounds);
        out.println("| way | p50 ms | p99 ms | p50 beside polling |");
        out.println("|---|---|---|---|");
        for (WakeLatency.Way way : WakeLatency.Way.values()) {
            out.printf(
                    "| %s | %s | %s | %s |%n",
                    way.label(),
                    spread(figures.getOrDefault(way.name() + "p50", List.of()), "%.1f"),
                    spread(figures.getOrDefault(way.name() + "p99", List.of()), "%.1f"),
                    ratio(way.name() + "p50", WakeLatency.Way.POLLING.name() + "p50"));
        }
    }

    private void note(String name, double figure) {
        figures.computeIfAbsent(name, ignored -> new ArrayList<>()).add(figure);
    }

    /** The ratios within each round, so that what the machine did meanwhile cancels. */
    private String ratio(String name, String base) {
        if (name.equals(base)) {
            return "1";
        }
        List<Double> ours = figures.getOrDefault(name, List.of());
        List<Double> theirs = figures.getOrDefault(base, List.of());
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            ratios.add(ours.get(i) / theirs.get(i));
        }
        return spread(ratios, "%.2f");
    }

    private static String spread(List<Double> values, String format) {
        List<Double> sorted = values.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "**" + format + "** [" + format + "-" + format + "]",
                sorted.get(sorted.size() / 2),
                sorted.getFirst(),
                sorted.getLast());
    }

    private static double orThrow(Measure measure) {
        try {
            return measure.run();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Measure something. */
    @FunctionalInterface
    private interface Measure {
        double run() throws Exception;
    }
}
