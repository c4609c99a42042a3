package tasker.benchmarks.probe;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import tasker.benchmarks.Ratio;
import tasker.nativecore.WorkerSystem;

/**
 * Measure what a scrape each second costs the steps of a worker: {@code benchmarks/run scraped [pairs]}.
 *
 * <p>The worker does as many empty steps as it can. Each pair is a second with a scrape over HTTP in it and one
 * without, in an order drawn by lot, and compares the steps that were done in each. The same is done with pairs of
 * which neither has a scrape, which shows what the machine does by itself.
 */
final class ScrapedComparison {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int WARM_UP_SECONDS = 5;

    private final LongAdder done = new LongAdder();
    private final Random random = new Random(20_261_125);
    private final Ratio scraped = new Ratio();
    private final Ratio unscraped = new Ratio();
    private final Ratio ratio = new Ratio();
    private final Ratio control = new Ratio();

    private ScrapedComparison() {}

    /** Run the pairs and print what came out. */
    public static void main(String[] args) throws Exception {
        new ScrapedComparison().run(args.length > 0 ? Integer.parseInt(args[0]) : 30);
    }

    private void run(int pairs) throws Exception {
        try (WorkerSystem worker = ProbedWorker.start(done, false)) {
            URL metrics = Objects.requireNonNull(worker.endpoints().get("observability"))
                    .resolve("/metrics")
                    .toURL();
            Load load = new Load(worker);
            load.start(Load.Empty.NAME);
            for (int i = 0; i < WARM_UP_SECONDS; i++) {
                second(metrics, true);
            }
            for (int i = 0; i < pairs; i++) {
                pair(metrics);
            }
            load.stop();
        }
        OUT.println("| steps/s, median [quartiles] | |");
        OUT.println("|---|---|");
        OUT.println("| with a scrape each second | " + scraped.text("%,.0f") + " |");
        OUT.println("| without | " + unscraped.text("%,.0f") + " |");
        OUT.println("| with over without, in each pair | " + ratio.text("%.3f") + " |");
        OUT.println("| without over without, in each pair | " + control.text("%.3f") + " |");
    }

    private void pair(URL metrics) throws IOException {
        boolean first = random.nextBoolean();
        double one = second(metrics, first);
        double other = second(metrics, !first);
        double with = first ? one : other;
        double without = first ? other : one;
        scraped.add(with);
        unscraped.add(without);
        ratio.add(with / without);
        double before = second(metrics, false);
        control.add(second(metrics, false) / before);
    }

    private double second(URL metrics, boolean scrape) throws IOException {
        long begin = System.nanoTime();
        long before = done.sum();
        LockSupport.parkNanos(WINDOW_NANOS / 2);
        if (scrape) {
            try (InputStream in = metrics.openStream()) {
                in.readAllBytes();
            }
        }
        for (long left = begin + WINDOW_NANOS - System.nanoTime();
                left > 0;
                left = begin + WINDOW_NANOS - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return (done.sum() - before) * 1e9 / (System.nanoTime() - begin);
    }
}
