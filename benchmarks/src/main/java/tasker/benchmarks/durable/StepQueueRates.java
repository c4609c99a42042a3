package tasker.benchmarks.durable;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tasker.events.api.StepResult;
import tasker.events.api.spi.StepContext;
import tasker.events.api.spi.StepHandler;
import tasker.events.pgmq.PgmqTransport;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

/** Empty a queue of steps in three ways, and tell how many steps a second that were. */
final class StepQueueRates {
    static final String STEPS = "worker_bench_queue";
    static final String RESULTS = "orchestration_step_results";

    /** A worker reads on one connection and settles on another one. */
    static final int CONNECTIONS = 2;

    static final int BATCH = 100;

    private static final String MESSAGE = """
            jsonb_build_object('step_id', '01990000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'), 'handler', 'empty',
                'input', jsonb_build_object())""";

    private final Server server;

    StepQueueRates(Server server) throws SQLException {
        this.server = server;
        // It brings the schema along.
        TaskerContender.start(server).close();
        server.execute("SELECT pgmq.create('" + STEPS + "'), pgmq.create('" + RESULTS + "')");
    }

    /** Name the ways. */
    enum Way {
        RAW("raw `read(100)` + `delete(ids)`, no results"),
        RAW_RESULTS("raw, the results in the transaction of `delete`"),
        WORKER("a worker");

        private final String label;

        Way(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /** Steps a second, from the first read until the last step is settled. */
    double measure(Way way, int steps) throws Exception {
        fill(steps);
        long nanos = way == Way.WORKER ? worker(steps) : raw(way == Way.RAW_RESULTS, steps);
        int results = results();
        if (results != (way == Way.RAW ? 0 : steps)) {
            throw new IllegalStateException(way + " left " + results + " results of " + steps + " steps");
        }
        return steps * 1e9 / nanos;
    }

    /** Leave exactly so many steps in the queue and no results, in tables as good as new. */
    private void fill(int steps) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE pgmq.q_" + STEPS + ", pgmq.q_" + RESULTS);
            statement.execute("INSERT INTO pgmq.q_" + STEPS + " (vt, message) SELECT clock_timestamp(), " + MESSAGE
                    + " FROM generate_series(1, " + steps + ") AS n");
            statement.execute("VACUUM ANALYZE pgmq.q_" + STEPS);
            statement.execute("VACUUM ANALYZE pgmq.q_" + RESULTS);
            statement.execute("CHECKPOINT");
        }
    }

    private int results() throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT count(*) FROM pgmq.q_" + RESULTS)) {
            row.next();
            return row.getInt(1);
        }
    }

    private long raw(boolean results, int steps) throws Exception {
        AtomicInteger left = new AtomicInteger(steps);
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        // Connected before the time begins, as a worker is when it reads for the first time.
        List<RawSteps> readers = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            readers.add(new RawSteps(server, results));
        }
        long begin = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (RawSteps reader : readers) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    while (left.get() > 0) {
                        left.addAndGet(-reader.readAndDelete(BATCH));
                    }
                } catch (Exception e) {
                    failure.set(e);
                    left.set(0);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long nanos = System.nanoTime() - begin;
        for (RawSteps reader : readers) {
            reader.close();
        }
        if (failure.get() != null) {
            throw new IllegalStateException("reading failed", failure.get());
        }
        return nanos;
    }

    /** A worker of its own each time, which finds a full queue when it starts. */
    private long worker(int steps) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(steps);
        Empty handler = new Empty();
        Configuration configuration = Configuration.builder()
                .flag("database.url", server.url(), "benchmark")
                .flag("worker.namespace", "bench", "benchmark")
                .flag("worker.fast-transport", "none", "benchmark")
                .flag("worker.max-concurrent-handlers", Integer.toString(CONNECTIONS * BATCH), "benchmark")
                .build();
        try (WorkerSystem worker = WorkerSystem.builder(configuration)
                .service(new PgmqTransport())
                .service(handler)
                .resultSink(outcome -> left.countDown())
                .build()) {
            worker.start();
            if (!left.await(5, TimeUnit.MINUTES)) {
                throw new IllegalStateException(left.getCount() + " of " + steps + " steps were not settled");
            }
            return System.nanoTime() - handler.begin.get();
        }
    }

    /** Do nothing, and know when that began; what came before is the first read of many. */
    private static final class Empty implements StepHandler {
        private static final StepResult DONE = StepResult.success(Map.of());

        private final AtomicLong begin = new AtomicLong();

        @Override
        public String name() {
            return "empty";
        }

        @Override
        public StepResult handle(StepContext context) {
            if (begin.get() == 0) {
                begin.compareAndSet(0, System.nanoTime());
            }
            return DONE;
        }
    }
}
