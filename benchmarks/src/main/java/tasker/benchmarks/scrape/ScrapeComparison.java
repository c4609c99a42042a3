package tasker.benchmarks.scrape;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import tasker.benchmarks.Ratio;

/**
 * Measure what one scrape of the same series costs, in time and in memory, beside other libraries:
 * {@code benchmarks/run scrape [rounds] [scrapes]}.
 *
 * <p>Each round runs every contender, in a new order, and compares within the round. Before each scrape every series
 * has something recorded into it, which is not measured. All write into one buffer that is there already.
 */
final class ScrapeComparison {
    private static final int WARM_UP_ROUNDS = 5;
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private final Map<String, Scraped> contenders = Contenders.all();
    private final Map<String, Ratio> figures = new HashMap<>();
    private final ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(1 << 20);
    private final Random random = new Random(20_261_125);
    private final int scrapes;

    private ScrapeComparison(int scrapes) {
        this.scrapes = scrapes;
    }

    /** Run the rounds and print a table. */
    public static void main(String[] args) throws IOException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 15;
        int scrapes = args.length > 1 ? Integer.parseInt(args[1]) : 2_000;
        ScrapeComparison comparison = new ScrapeComparison(scrapes);
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            comparison.round(round >= 0);
        }
        comparison.print();
    }

    private void round(boolean counts) throws IOException {
        List<String> order = new ArrayList<>(contenders.keySet());
        Collections.shuffle(order, random);
        Map<String, Cost> measured = new LinkedHashMap<>();
        for (String name : order) {
            measured.put(name, measure(Objects.requireNonNull(contenders.get(name))));
        }
        Cost ours = Objects.requireNonNull(measured.get(Contenders.OURS));
        if (counts) {
            measured.forEach((name, cost) -> {
                add(name, "time", cost.micros());
                add(name, "times", cost.micros() / ours.micros());
                add(name, "memory", cost.kilobytes());
                if (ours.kilobytes() > 0) {
                    add(name, "more", cost.kilobytes() / ours.kilobytes());
                }
                add(name, "size", cost.size());
            });
        }
    }

    private Cost measure(Scraped scraped) throws IOException {
        long nanos = 0;
        long bytes = 0;
        for (int i = 0; i < scrapes; i++) {
            scraped.record(random.nextLong(50_000, 50_000_000));
            buffer.reset();
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long begin = System.nanoTime();
            scraped.scrape(buffer);
            nanos += System.nanoTime() - begin;
            bytes += threads.getCurrentThreadAllocatedBytes() - allocated;
        }
        return new Cost(nanos / 1e3 / scrapes, bytes / 1024.0 / scrapes, buffer.size() / 1024.0);
    }

    private void add(String name, String figure, double value) {
        figures.computeIfAbsent(name + figure, ignored -> new Ratio()).add(value);
    }

    private void print() {
        OUT.println("| one scrape, median [quartiles] | µs | times ours | KB allocated | times ours | KB written |");
        OUT.println("|---|---|---|---|---|---|");
        for (String name : contenders.keySet()) {
            OUT.println("| " + name + " | " + cell(name, "time") + " | " + cell(name, "times") + " | "
                    + cell(name, "memory") + " | " + cell(name, "more") + " | " + cell(name, "size") + " |");
        }
    }

    private String cell(String name, String figure) {
        // There is no ratio to nothing.
        Ratio known = figures.get(name + figure);
        return known == null ? "–" : known.text("%.1f");
    }

    /** What one scrape has cost, and how much it has written. */
    private record Cost(double micros, double kilobytes, double size) {}
}
