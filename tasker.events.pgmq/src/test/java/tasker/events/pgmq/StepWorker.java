package tasker.events.pgmq;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import tasker.events.api.DeliveryMode;
import tasker.events.api.StepEvent;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.StepContext;
import tasker.events.api.spi.StepHandler;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

/** Run the steps of the queue of namespace {@code orders} with a whole worker whose one handler is named so. */
final class StepWorker implements AutoCloseable {
    static final String STEPS = "pgmq.q_worker_orders_queue";
    static final String DEAD = "pgmq.q_worker_orders_queue_dlq";
    static final String RESULTS = "pgmq.q_orchestration_step_results";
    static final String EVENTS = "pgmq.q_orders_domain_events";

    private final WorkerSystem worker;
    private final Queue<StepRequest> runs = new ConcurrentLinkedQueue<>();

    /** Do what a step asks for. */
    @FunctionalInterface
    interface Work {
        StepResult handle(StepContext context) throws Exception;
    }

    private StepWorker(DatabaseSettings database, String handler, Work work, String... settings) {
        Configuration.Builder configuration = Configuration.builder()
                .flag("database.url", database.url(), "test")
                .flag("database.user", "postgres", "test")
                .flag("worker.namespace", "orders", "test")
                .flag("worker.fast-transport", "none", "test")
                .flag("worker.health-cache-ms", "0", "test")
                .flag("worker.max-concurrent-handlers", "16", "test")
                .flag("pgmq.query-timeout-ms", "2000", "test");
        for (int i = 0; i < settings.length; i += 2) {
            configuration.flag(settings[i], settings[i + 1], "test");
        }
        worker = WorkerSystem.builder(configuration.build())
                .service(new PgmqTransport())
                .service(new Handler(handler, work))
                .build();
        worker.start();
    }

    /** Start a worker with more settings: name, value, name, value. */
    static StepWorker start(DatabaseSettings database, String handler, Work work, String... settings) {
        return new StepWorker(database, handler, work, settings);
    }

    /** Send messages as any client of PGMQ would, once a worker has made the queue. */
    static void send(DatabaseSettings database, List<String> messages) throws Exception {
        Until.isTrue(
                "there is a queue of steps",
                () -> TestServer.query(database, "SELECT to_regclass('" + STEPS + "')::text")
                        .equals(List.of(STEPS)));
        for (String message : messages) {
            TestServer.sql(database, "SELECT pgmq.send('worker_orders_queue', '" + message + "'::jsonb)");
        }
    }

    /** Send so many steps, numbered from 0. */
    static void sendNumbered(DatabaseSettings database, String handler, int count) throws Exception {
        send(database, List.of());
        TestServer.sql(database, """
                INSERT INTO %s (vt, message)
                SELECT clock_timestamp(), jsonb_build_object('handler', '%s', 'input', jsonb_build_object('number', i))
                FROM generate_series(0, %d) AS i
                """.formatted(STEPS, handler, count - 1));
    }

    WorkerSystem system() {
        return worker;
    }

    /** What was run, in order. */
    List<StepRequest> runs() {
        return List.copyOf(runs);
    }

    /** How many messages met this fate. */
    long fate(String fate) {
        return counters().getOrDefault("tasker_queue_steps_total{fate=" + fate + ", queue=pgmq}", 0L);
    }

    Map<String, Long> counters() {
        Map<String, Long> counters = new HashMap<>();
        collect(counters, new HashMap<>());
        return counters;
    }

    Map<String, Double> gauges() {
        Map<String, Double> gauges = new HashMap<>();
        collect(new HashMap<>(), gauges);
        return gauges;
    }

    private void collect(Map<String, Long> counters, Map<String, Double> gauges) {
        worker.collect(new MetricsSink() {
            @Override
            public void counter(MetricId id, long value) {
                counters.put(id.name() + new TreeMap<>(id.labels()), value);
            }

            @Override
            public void gauge(MetricId id, double value) {
                gauges.put(id.name() + new TreeMap<>(id.labels()), value);
            }

            @Override
            public void histogram(MetricId id, Distribution distribution) {}
        });
    }

    @Override
    public void close() {
        worker.close();
    }

    private final class Handler implements StepHandler {
        private final String name;
        private final Work work;

        Handler(String name, Work work) {
            this.name = name;
            this.work = work;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public StepResult handle(StepContext context) throws Exception {
            runs.add(context.request());
            return work.handle(context);
        }

        @Override
        public List<StepEvent> events() {
            return List.of(new StepEvent("order.done", StepEvent.Condition.SUCCESS, DeliveryMode.DURABLE));
        }
    }
}
