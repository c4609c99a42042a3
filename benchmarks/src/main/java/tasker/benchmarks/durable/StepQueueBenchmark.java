package tasker.benchmarks.durable;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tasker.benchmarks.Ratio;

/**
 * Measure steps a second with an empty handler from a queue, through a whole worker, beside the raw functions of PGMQ:
 * {@code benchmarks/run steps-queue [rounds [steps]]}.
 *
 * <p>All have their turn in each round, in an order drawn anew, and are compared within the round. Raw reads and
 * deletes, in batches and over as many connections as the worker uses; it runs nothing and writes no results. The
 * second one writes results, too, and is what any runner of steps could reach with these functions.
 */
public final class StepQueueBenchmark {
    private static final int WARM_UP_ROUNDS = 2;
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private final Map<StepQueueRates.Way, Ratio> rates = new EnumMap<>(StepQueueRates.Way.class);
    private final Map<StepQueueRates.Way, Ratio> besideRaw = new EnumMap<>(StepQueueRates.Way.class);
    private final Map<StepQueueRates.Way, Ratio> besideResults = new EnumMap<>(StepQueueRates.Way.class);
    private final Random random = new Random(7);

    private StepQueueBenchmark() {}

    /** Run the rounds and print a table. */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 9;
        int steps = args.length > 1 ? Integer.parseInt(args[1]) : 50_000;
        try (Server server = new Server()) {
            StepQueueBenchmark benchmark = new StepQueueBenchmark();
            StepQueueRates queue = new StepQueueRates(server);
            for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
                benchmark.round(queue, steps, round >= 0);
            }
            OUT.printf("%s; %,d steps a turn, %d rounds; median [quartiles]%n%n", server.description(), steps, rounds);
            benchmark.print();
        }
    }

    private void round(StepQueueRates queue, int steps, boolean counts) throws Exception {
        List<StepQueueRates.Way> turns = new ArrayList<>(List.of(StepQueueRates.Way.values()));
        Collections.shuffle(turns, random);
        Map<StepQueueRates.Way, Double> figures = new EnumMap<>(StepQueueRates.Way.class);
        for (StepQueueRates.Way way : turns) {
            figures.put(way, queue.measure(way, steps));
        }
        if (counts) {
            double raw = figures.getOrDefault(StepQueueRates.Way.RAW, Double.NaN);
            double results = figures.getOrDefault(StepQueueRates.Way.RAW_RESULTS, Double.NaN);
            figures.forEach((way, rate) -> {
                rates.computeIfAbsent(way, ignored -> new Ratio()).add(rate);
                besideRaw.computeIfAbsent(way, ignored -> new Ratio()).add(rate / raw);
                besideResults.computeIfAbsent(way, ignored -> new Ratio()).add(rate / results);
            });
        }
    }

    private void print() {
        OUT.println("| way | steps/s | of raw | of raw with results |");
        OUT.println("|---|---|---|---|");
        rates.forEach((way, rate) -> OUT.println("| " + way.label() + " | " + rate.text("%,.0f") + " | "
                + besideRaw.getOrDefault(way, rate).text("%.2f") + " | "
                + besideResults.getOrDefault(way, rate).text("%.2f") + " |"));
    }
}
