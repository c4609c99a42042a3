package tasker.benchmarks.recording;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import tasker.benchmarks.Ratio;

/**
 * Measure what it costs to record a duration, with one thread and with two, beside other libraries:
 * {@code benchmarks/run recording [rounds] [times]}.
 *
 * <p>Each round runs every contender, in a new order, and compares within the round, so that what else the machine does
 * meets all of them.
 */
final class RecordingComparison {
    private static final int WARM_UP_ROUNDS = 3;
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private final Map<String, Recorder> contenders = Contenders.all();
    private final Map<String, Ratio> nanos = new HashMap<>();
    private final Map<String, Ratio> ofOurs = new HashMap<>();
    private final Random random = new Random(20_261_125);
    private final int times;

    private RecordingComparison(int times) {
        this.times = times;
    }

    /** Run the rounds and print a table. */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 15;
        int times = args.length > 1 ? Integer.parseInt(args[1]) : 2_000_000;
        RecordingComparison comparison = new RecordingComparison(times);
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            for (int threads = 1; threads <= 2; threads++) {
                comparison.round(threads, round >= 0);
            }
        }
        comparison.print();
        // Some libraries leave threads behind.
        System.exit(0);
    }

    private void round(int threads, boolean counts) throws Exception {
        List<String> order = new ArrayList<>(contenders.keySet());
        Collections.shuffle(order, random);
        Map<String, Double> measured = new LinkedHashMap<>();
        for (String name : order) {
            measured.put(name, measure(contenders.getOrDefault(name, ignored -> {}), threads));
        }
        if (counts) {
            double ours = measured.getOrDefault(Contenders.OURS, Double.NaN);
            measured.forEach((name, value) -> {
                nanos.computeIfAbsent(name + threads, ignored -> new Ratio()).add(value);
                ofOurs.computeIfAbsent(name + threads, ignored -> new Ratio()).add(value / ours);
            });
        }
    }

    private double measure(Recorder recorder, int threads) throws Exception {
        CyclicBarrier together = new CyclicBarrier(threads + 1);
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            running.add(Thread.ofPlatform().start(() -> {
                try {
                    together.await();
                    recorder.record(times);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        together.await();
        long begin = System.nanoTime();
        for (Thread thread : running) {
            thread.join();
        }
        return (double) (System.nanoTime() - begin) / times;
    }

    private void print() {
        OUT.println(
                "| ns for one recording, median [quartiles] | one thread | times ours | two threads | times ours |");
        OUT.println("|---|---|---|---|---|");
        for (String name : contenders.keySet()) {
            OUT.println("| " + name + " | " + cell(nanos, name + 1, "%.1f") + " | " + cell(ofOurs, name + 1, "%.1f")
                    + " | " + cell(nanos, name + 2, "%.1f") + " | " + cell(ofOurs, name + 2, "%.1f") + " |");
        }
    }

    private static String cell(Map<String, Ratio> figures, String key, String format) {
        return figures.getOrDefault(key, new Ratio()).text(format);
    }
}
