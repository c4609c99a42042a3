package tasker.benchmarks.steps;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tasker.benchmarks.Ratio;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.spi.StepContext;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

/**
 * Measure steps a second with an empty handler, submitted by one thread, beside a virtual-thread executor with a
 * semaphore as its limit: {@code benchmarks/run steps [rounds] [steps]}.
 *
 * <p>Each round runs all three, in turns, and compares within the round, so that what else the machine does meets all
 * of them. The executor does none of what a worker does: no time limit, no log context, no figures, no bounded channel.
 */
final class StepsComparison {
    private static final int LIMIT = 64;
    private static final int WARM_UP_ROUNDS = 3;
    private static final StepResult DONE = StepResult.success(Map.of());
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private final int steps;
    private final Ratio plain = new Ratio();
    private final Ratio bare = new Ratio();
    private final Ratio withSink = new Ratio();
    private final Ratio bareRatio = new Ratio();
    private final Ratio sinkRatio = new Ratio();

    private StepsComparison(int steps) {
        this.steps = steps;
    }

    /** Run the rounds and print a table. */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 15;
        StepsComparison comparison = new StepsComparison(args.length > 1 ? Integer.parseInt(args[1]) : 500_000);
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            comparison.round(round >= 0);
        }
        comparison.print();
    }

    private void round(boolean counts) throws Exception {
        double executor = plainExecutor();
        double worker = worker(false);
        double sink = worker(true);
        if (counts) {
            plain.add(executor);
            bare.add(worker);
            withSink.add(sink);
            bareRatio.add(worker / executor);
            sinkRatio.add(sink / executor);
        }
    }

    private void print() {
        OUT.println("| | steps/s, median [quartiles] | of the executor |");
        OUT.println("|---|---|---|");
        OUT.println("| virtual-thread executor with a semaphore | " + plain.text("%,.0f") + " | 1 |");
        OUT.println("| **worker** | " + bare.text("%,.0f") + " | **" + bareRatio.text("%.2f") + "** |");
        OUT.println("| worker with a result sink | " + withSink.text("%,.0f") + " | " + sinkRatio.text("%.2f") + " |");
    }

    private double plainExecutor() throws Exception {
        Semaphore limit = new Semaphore(LIMIT);
        long begin = System.nanoTime();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < steps; i++) {
                StepRequest request = StepRequest.of("empty", Map.of());
                limit.acquire();
                Future<StepResult> ignored = executor.submit(() -> {
                    try {
                        return request.attempt() > 0 ? DONE : StepResult.permanentFailure("never");
                    } finally {
                        limit.release();
                    }
                });
            }
        }
        return perSecond(begin);
    }

    private double worker(boolean sink) throws Exception {
        Configuration configuration = Configuration.builder()
                .flag("worker.max-concurrent-handlers", Integer.toString(LIMIT), "benchmark")
                .flag("worker.durable-transport", "none", "benchmark")
                .flag("observability.enabled", "false", "benchmark")
                .build();
        var builder = WorkerSystem.builder(configuration).service(new Empty());
        try (WorkerSystem worker = sink ? builder.resultSink(outcome -> {}).build() : builder.build()) {
            worker.start();
            long begin = System.nanoTime();
            for (int i = 0; i < steps; i++) {
                Future<?> ignored = worker.submit(StepRequest.of("empty", Map.of()));
            }
            while (worker.metrics().stepsProcessed() < steps) {
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
            }
            return perSecond(begin);
        }
    }

    private double perSecond(long begin) {
        return steps * 1e9 / (System.nanoTime() - begin);
    }

    /** Do nothing, well. */
    private static final class Empty implements StepHandler {
        @Override
        public String name() {
            return "empty";
        }

        @Override
        public StepResult handle(StepContext context) {
            return DONE;
        }
    }
}
