package tasker.plugins.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.StepEvent;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.TraceContext;
import tasker.events.api.spi.ReceivedEvent;
import tasker.events.api.spi.StepContext;
import tasker.events.api.spi.StepHandler;
import tasker.events.pgmq.PgmqTransport;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.consuming.EventSubscription;
import tasker.nativecore.consuming.SubscriptionOptions;

/** Follow traces through PGMQ on a real PostgreSQL, with the real SDK: each worker has a tracer of its own. */
class TracesOverPostgresIT {
    private static final TraceContext CALLER = new TraceContext("1".repeat(32), "2".repeat(16), true, "");
    private static final String QUEUE = "shop_domain_events";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final EmbeddedPostgres SERVER = startServer();
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final InMemorySpanExporter exported = InMemorySpanExporter.create();
    private final String database = newDatabase();

    @AfterAll
    static void stopServer() throws Exception {
        SERVER.close();
    }

    @AfterEach
    void forget() {
        exported.reset();
    }

    @Test
    void whatOneWorkerPublishesContinuesInTheOneThatConsumesIt() throws Exception {
        DomainEvent event = DomainEvent.of("order.created", Map.of("amount", 5), "test");
        CompletableFuture<ReceivedEvent> handled = new CompletableFuture<>();
        try (WorkerSystem publisher = worker();
                WorkerSystem consumer = worker();
                EventSubscription subscription = consumer.consume(SubscriptionOptions.defaults(), handled::complete)) {
            assertThat(subscription).isNotNull();
            CALLER.run(() -> publisher.publish(event, DeliveryMode.DURABLE));
            handled.join();

            SpanData send = await("send " + QUEUE);
            assertThat(send.getKind()).isEqualTo(SpanKind.PRODUCER);
            assertThat(send.getTraceId()).isEqualTo(CALLER.traceId());
            assertThat(send.getParentSpanId()).isEqualTo(CALLER.spanId());
            assertThat(handled.join().trace().map(TraceContext::spanId)).contains(send.getSpanId());

            SpanData process = await("process " + QUEUE);
            assertThat(process.getKind()).isEqualTo(SpanKind.CONSUMER);
            assertThat(process.getTraceId()).isEqualTo(CALLER.traceId());
            assertThat(process.getParentSpanId()).isEqualTo(send.getSpanId());
            assertThat(links(process)).containsExactly(send.getSpanId());

            SpanData receive = await("receive " + QUEUE);
            assertThat(receive.getKind()).isEqualTo(SpanKind.CLIENT);
            assertThat(receive.getParentSpanContext().isValid()).isFalse();
            assertThat(links(receive)).containsExactly(send.getSpanId());
        }
    }

    @Test
    void anEventInTheCallersOwnTransactionCarriesTheSpanOfItsPublishing() throws Exception {
        DomainEvent event = DomainEvent.of("order.created", Map.of(), "test");
        try (WorkerSystem worker = worker();
                Connection connection = connect()) {
            connection.setAutoCommit(false);
            CALLER.run(() -> worker.publish(connection, event));
            connection.commit();

            SpanData send = await("send " + QUEUE);
            assertThat(send.getKind()).isEqualTo(SpanKind.PRODUCER);
            assertThat(send.getParentSpanId()).isEqualTo(CALLER.spanId());
            assertThat(query("SELECT headers->>'traceparent' FROM pgmq.q_" + QUEUE))
                    .isEqualTo("00-" + CALLER.traceId() + "-" + send.getSpanId() + "-01");
        }
    }

    @Test
    void theStepOfAQueueIsProcessedAndSettledInTheTraceOfItsSender() throws Exception {
        try (WorkerSystem worker = worker()) {
            assertThat(worker.isLive()).isTrue();
            until(
                    "there is a queue",
                    () -> query("SELECT (to_regclass('pgmq.q_worker_shop_queue') IS NOT NULL)::text")
                            .equals("true"));
            query("SELECT pgmq.send('worker_shop_queue', '{\"handler\": \"charge\", \"traceparent\": \""
                    + CALLER.traceparent() + "\"}'::jsonb)::text");

            SpanData process = await("process charge");
            assertThat(process.getParentSpanId()).isEqualTo(CALLER.spanId());
            assertThat(links(process)).containsExactly(CALLER.spanId());

            SpanData settle = await("settle worker_shop_queue");
            assertThat(settle.getKind()).isEqualTo(SpanKind.CLIENT);
            assertThat(settle.getTraceId()).isEqualTo(CALLER.traceId());
            assertThat(settle.getParentSpanId()).isEqualTo(CALLER.spanId());
            assertThat(links(settle)).containsExactly(CALLER.spanId());
            assertThat(query("SELECT headers->>'traceparent' FROM pgmq.q_" + QUEUE))
                    .as("the event of the step, written with its result")
                    .isEqualTo("00-" + CALLER.traceId() + "-" + process.getSpanId() + "-01");
        }
    }

    @Test
    void aLocalStepIsSentAndProcessed() throws Exception {
        try (WorkerSystem worker = worker()) {
            CALLER.call(() -> worker.submit(StepRequest.of("charge", Map.of()))).join();

            SpanData send = await("send charge");
            assertThat(send.getKind()).isEqualTo(SpanKind.PRODUCER);
            assertThat(send.getParentSpanId()).isEqualTo(CALLER.spanId());
            SpanData process = await("process charge");
            assertThat(process.getParentSpanId()).isEqualTo(send.getSpanId());
            assertThat(await("send " + QUEUE).getParentSpanId()).isEqualTo(process.getSpanId());
        }
    }

    private static EmbeddedPostgres startServer() {
        try {
            return EmbeddedPostgres.builder()
                    .setPGStartupWait(PATIENCE)
                    .setServerConfig("fsync", "off")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private WorkerSystem worker() {
        Configuration configuration = Configuration.builder()
                .flag("database.url", SERVER.getJdbcUrl("postgres", database), "test")
                .flag("worker.namespace", "shop", "test")
                .flag("worker.fast-transport", "none", "test")
                .build();
        SdkTracerProvider sdk = SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(exported))
                .build();
        WorkerSystem worker = WorkerSystem.builder(configuration)
                .service(new PgmqTransport())
                .service(new Charge())
                .service(OpenTelemetryTracer.with(sdk))
                .build();
        worker.start();
        return worker;
    }

    private SpanData await(String name) throws Exception {
        until(name, () -> find(name).isPresent());
        return find(name).orElseThrow();
    }

    private Optional<SpanData> find(String name) {
        return exported.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .findFirst();
    }

    private static List<String> links(SpanData span) {
        return span.getLinks().stream()
                .map(link -> link.getSpanContext().getSpanId())
                .toList();
    }

    private static void until(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("deadline for: " + what).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private Connection connect() throws Exception {
        return SERVER.getDatabase("postgres", database).getConnection();
    }

    /** The first column of the first row. */
    private String query(String sql) throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).as(sql).isTrue();
            return rows.getString(1);
        }
    }

    private static String newDatabase() {
        String name = "traces" + DATABASES.incrementAndGet();
        try (Connection connection = SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
            return name;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Charge nothing, and say so. */
    private record Charge() implements StepHandler {
        @Override
        public String name() {
            return "charge";
        }

        @Override
        public List<StepEvent> events() {
            return List.of(new StepEvent("order.charged", StepEvent.Condition.SUCCESS, DeliveryMode.DURABLE));
        }

        @Override
        public StepResult handle(StepContext context) {
            return StepResult.success(Map.of());
        }
    }
}
