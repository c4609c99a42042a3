package tasker.events.pgmq;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tasker.events.api.HealthStatus;
import tasker.events.api.WorkerConfig;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.Distribution;
import tasker.events.api.spi.HealthReport;
import tasker.events.api.spi.Meters;
import tasker.events.api.spi.MetricId;
import tasker.events.api.spi.MetricsSink;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;
import tasker.events.api.spi.WorkerContext;

/** Stand in for a worker's core: settings given as text, meters that count. */
final class TestWorker implements WorkerContext {
    private final Supplier<DatabaseSettings> database;
    private final String namespace;
    /** With patience for a machine that stands still for seconds; what needs less sets it itself. */
    private final Map<String, String> settings = new HashMap<>(
            Map.of("publish-timeout-ms", "60000", "query-timeout-ms", "60000", "connect-timeout-ms", "30000"));

    private final CountingMeters meters = new CountingMeters();

    TestWorker(DatabaseSettings database, String namespace) {
        this(() -> database, namespace);
    }

    TestWorker(Supplier<DatabaseSettings> database, String namespace) {
        this.database = database;
        this.namespace = namespace;
    }

    /** Start a transport on this database, with these settings: name, value, name, value. */
    static PgmqTransport start(DatabaseSettings database, String namespace, String... settings) throws Exception {
        return start(new TestWorker(database, namespace).with(settings));
    }

    static PgmqTransport start(TestWorker worker) throws Exception {
        PgmqTransport transport = new PgmqTransport();
        try {
            transport.start(worker);
            return transport;
        } catch (Exception e) {
            transport.close();
            throw e;
        }
    }

    TestWorker with(String... values) {
        for (int i = 0; i < values.length; i += 2) {
            settings.put(values[i], values[i + 1]);
        }
        return this;
    }

    /** Wait until a transport's health has this status; a check that takes longer than it may says another. */
    static HealthReport healthOf(PgmqTransport transport, HealthStatus status) throws Exception {
        AtomicReference<@Nullable HealthReport> last = new AtomicReference<>();
        Until.isTrue("health is " + status.text(), () -> {
            HealthReport report = transport.check();
            last.set(report);
            return report.status() == status;
        });
        return Objects.requireNonNull(last.get());
    }

    /** How much was counted under a name and, in braces, its labels. */
    long counted(String series) {
        return meters.counters.getOrDefault(series, new LongAdder()).sum();
    }

    /** The gauges that a transport reports, by name and labels. */
    static Map<String, Double> gauges(PgmqTransport transport) {
        Map<String, Double> gauges = new HashMap<>();
        transport.collect(new MetricsSink() {
            @Override
            public void counter(MetricId id, long value) {
                gauges.put(series(id), (double) value);
            }

            @Override
            public void gauge(MetricId id, double value) {
                gauges.put(series(id), value);
            }

            @Override
            public void histogram(MetricId id, Distribution distribution) {
                gauges.put(series(id), (double) distribution.count());
            }
        });
        return gauges;
    }

    private static String series(MetricId id) {
        return id.name() + (id.labels().isEmpty() ? "" : id.labels());
    }

    @Override
    public WorkerConfig worker() {
        return new WorkerConfig("worker-1", namespace, "test", 50, 1_000, 64, 30_000, 1_000, 1_000);
    }

    @Override
    public Settings settings() {
        return new Settings() {
            @Override
            public <T> T get(SettingKey<T> key) {
                return key.parse(settings.getOrDefault(key.name(), key.defaultText()));
            }
        };
    }

    @Override
    public Meters meters() {
        return meters;
    }

    @Override
    public DatabaseSettings database() {
        return database.get();
    }

    private static final class CountingMeters implements Meters {
        private final Map<String, LongAdder> counters = new ConcurrentHashMap<>();

        @Override
        public Counter counter(MetricId id) {
            LongAdder adder = counters.computeIfAbsent(series(id), ignored -> new LongAdder());
            return new Counter() {
                @Override
                public void add(long amount) {
                    adder.add(amount);
                }

                @Override
                public long value() {
                    return adder.sum();
                }
            };
        }

        @Override
        public Timer timer(MetricId id) {
            LongAdder count = counters.computeIfAbsent(series(id), ignored -> new LongAdder());
            LongAdder sum = new LongAdder();
            return new Timer() {
                @Override
                public void record(long nanos) {
                    count.increment();
                    sum.add(nanos);
                }

                @Override
                public Distribution sinceStart() {
                    return new Recorded(count.sum(), sum.sum());
                }
            };
        }
    }

    private record Recorded(long count, long sumNanos) implements Distribution {
        @Override
        public long maxNanos() {
            return sumNanos;
        }

        @Override
        public long quantileNanos(double quantile) {
            return sumNanos;
        }

        @Override
        public long countUpTo(long nanos) {
            return count;
        }
    }
}
