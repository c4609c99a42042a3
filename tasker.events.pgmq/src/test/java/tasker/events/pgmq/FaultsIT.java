package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.HealthStatus;
import tasker.events.api.PublishException;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;

class FaultsIT {
    private static final String COUNT = "SELECT count(*) FROM pgmq.q_orders_domain_events";
    private static final String BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            + " AND application_name LIKE 'tasker/%'";

    private DatabaseSettings database;
    private TestWorker worker;
    private PgmqTransport transport;

    @BeforeEach
    void start() throws Exception {
        database = TestServer.newDatabase();
        worker = new TestWorker(database, "orders");
        transport = TestWorker.start(worker.with("publish-timeout-ms", "2000", "query-timeout-ms", "2000"));
    }

    @AfterEach
    void close() throws Exception {
        transport.close();
    }

    private static DomainEvent event() {
        return DomainEvent.of("order.created", Map.of("id", 1), "orders");
    }

    private void awaitHealth(HealthStatus status) throws Exception {
        Until.isTrue("health is " + status.text(), () -> transport.check().status() == status);
    }

    private void cutConnections() {
        TestServer.query(
                database,
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND application_name LIKE 'tasker/%'");
    }

    @Test
    void aServerThatRestartsUnderLoadLosesNothingThatWasAcknowledged() throws Exception {
        Set<UUID> committed = ConcurrentHashMap.newKeySet();
        Set<UUID> perhaps = ConcurrentHashMap.newKeySet();
        AtomicInteger refused = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                callers.execute(() -> {
                    while (!over.get()) {
                        DomainEvent event = event();
                        try {
                            transport.publisher().publish(event);
                            committed.add(event.eventId());
                        } catch (PublishException e) {
                            if (e.mayHaveBeenWritten()) {
                                perhaps.add(event.eventId());
                            } else {
                                refused.incrementAndGet();
                            }
                        }
                    }
                });
            }
            try {
                Until.isTrue("events flow", () -> committed.size() > 100);

                TestServer.stop();
                awaitHealth(HealthStatus.UNHEALTHY);
                Until.isTrue(
                        "health says why",
                        () -> transport
                                .check()
                                .message()
                                .orElse("")
                                .startsWith("TASKER-D103 cannot reach PostgreSQL at localhost:"));
                Until.isTrue("callers are refused while the server is away", () -> refused.get() > 0);
                assertThatExceptionOfType(TaskerException.class)
                        .isThrownBy(() -> transport.queues().list())
                        .returns("TASKER-Q110", TaskerException::code);

                TestServer.startAgain();
                awaitHealth(HealthStatus.HEALTHY);
                int before = committed.size();
                Until.isTrue("events flow again", () -> committed.size() > before + 100);
            } finally {
                over.set(true);
            }
        }

        Set<UUID> written = new HashSet<>();
        for (String id : TestServer.query(database, "SELECT message->>'event_id' FROM pgmq.q_orders_domain_events")) {
            assertThat(written.add(UUID.fromString(id)))
                    .as("written once: " + id)
                    .isTrue();
        }
        assertThat(written).containsAll(committed);
        written.removeAll(committed);
        assertThat(perhaps).as("what else is there was announced").containsAll(written);
    }

    @Test
    void aRefusalWhileTheServerIsAwaySaysWhyAndThatNothingWasWritten() throws Exception {
        transport.publisher().publish(event());
        TestServer.stop();
        try {
            awaitHealth(HealthStatus.UNHEALTHY);
            assertThatExceptionOfType(PublishException.class)
                    .isThrownBy(() -> transport.publisher().publish(event()))
                    .satisfies(e -> {
                        assertThat(e.code()).isEqualTo("TASKER-Q101");
                        assertThat(e.mayHaveBeenWritten()).isFalse();
                        assertThat(e)
                                .hasMessageContaining("pgmq.publish-timeout-ms")
                                .hasMessageContaining("Connection refused");
                    });
        } finally {
            TestServer.startAgain();
        }
        awaitHealth(HealthStatus.HEALTHY);
        assertThat(TestServer.query(database, COUNT)).containsExactly("1");
    }

    @Test
    void aPublishThatStartsWhileTheServerIsAwaySucceedsWhenItIsBackInTime() throws Exception {
        transport.close();
        transport = TestWorker.start(worker.with("publish-timeout-ms", "60000"));
        TestServer.stop();
        FutureTask<Void> publishing = new FutureTask<>(() -> {
            transport.publisher().publish(event());
            return null;
        });
        try {
            awaitHealth(HealthStatus.UNHEALTHY);
            Thread.startVirtualThread(publishing);
        } finally {
            TestServer.startAgain();
        }

        publishing.get(60, TimeUnit.SECONDS);
        assertThat(TestServer.query(database, COUNT)).containsExactly("1");
    }

    @Test
    void connectionsThatWereCutWhileIdleFailNoPublish() throws Exception {
        transport.close();
        transport = TestWorker.start(worker.with("publish-timeout-ms", "60000"));
        for (int i = 0; i < 5; i++) {
            List<DomainEvent> events = List.of(event(), event());
            try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int caller = 0; caller < 8; caller++) {
                    callers.execute(() -> transport.publisher().publishAll(events));
                }
            }
            cutConnections();

            transport.publisher().publish(event());
        }
        assertThat(TestServer.query(database, COUNT)).containsExactly("85");
        assertThat(worker.counted("tasker_pgmq_published_total")).isEqualTo(85);
    }

    /** Make every publish wait within its statement, or within its commit, for a lock that a test holds. */
    private void holdUp(String trigger, String timing) {
        TestServer.sql(database, """
                CREATE FUNCTION public.hold_up() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN PERFORM pg_advisory_xact_lock(42); RETURN NEW; END';
                CREATE %s ON pgmq.q_orders_domain_events %s FOR EACH ROW EXECUTE FUNCTION public.hold_up()
                """.formatted(trigger, timing));
    }

    private FutureTask<Void> publishAndCutWhileItWaits(Connection other, int times) throws Exception {
        try (Statement statement = other.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(42)");
        }
        FutureTask<Void> publishing = new FutureTask<>(() -> {
            transport.publisher().publish(event());
            return null;
        });
        Thread.startVirtualThread(publishing);
        for (int i = 0; i < times; i++) {
            Until.isTrue(
                    "the server works on it",
                    () -> TestServer.query(
                                    database,
                                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                            .equals(List.of("1")));
            cutConnections();
        }
        try (Statement statement = other.createStatement()) {
            statement.execute("SELECT pg_advisory_unlock(42)");
        }
        return publishing;
    }

    @Test
    void connectionsLostBeforeTheCommitAreTriedAgainUntilTheBoundAndWriteOnce() throws Exception {
        transport.close();
        transport = TestWorker.start(worker.with("publish-timeout-ms", "30000", "query-timeout-ms", "30000"));
        holdUp("TRIGGER hold_up BEFORE INSERT", "");
        try (Connection other = TestServer.connect(database)) {
            publishAndCutWhileItWaits(other, 5).get(30, TimeUnit.SECONDS);
        }
        assertThat(TestServer.query(database, COUNT)).containsExactly("1");
    }

    @Test
    void aConnectionLostDuringTheCommitLeavesTheOutcomeOpen() throws Exception {
        transport.close();
        transport = TestWorker.start(worker.with("publish-timeout-ms", "30000", "query-timeout-ms", "30000"));
        holdUp("CONSTRAINT TRIGGER hold_up AFTER INSERT", "DEFERRABLE INITIALLY DEFERRED");
        try (Connection other = TestServer.connect(database)) {
            FutureTask<Void> publishing = publishAndCutWhileItWaits(other, 1);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> publishing.get(30, TimeUnit.SECONDS))
                    .havingCause()
                    .isInstanceOfSatisfying(PublishException.class, e -> {
                        assertThat(e.code()).isEqualTo("TASKER-Q105");
                        assertThat(e.mayHaveBeenWritten()).isTrue();
                    });
        }
        assertThat(worker.counted("tasker_pgmq_publish_failed_total{outcome=unknown}"))
                .isEqualTo(1);
    }

    @Test
    void aServerThatStopsAnsweringIsReportedInTimeAndFoundAgain() throws Exception {
        transport.publisher().publish(event());
        List<String> backends = TestServer.query(database, BACKENDS);
        TestServer.signal("STOP", backends);
        try {
            assertThatExceptionOfType(PublishException.class)
                    .isThrownBy(() -> transport.publisher().publish(event()))
                    .satisfies(e -> {
                        assertThat(e.code()).isEqualTo("TASKER-Q101");
                        assertThat(e.mayHaveBeenWritten()).isFalse();
                    });
            assertThat(transport.check().status()).isEqualTo(HealthStatus.UNHEALTHY);
        } finally {
            TestServer.signal("CONT", backends);
        }
        awaitHealth(HealthStatus.HEALTHY);
        transport.publisher().publish(event());
        assertThat(TestServer.query(database, COUNT)).containsExactly("2");
    }

    @Test
    void aServerThatTakesNoMoreBytesHangsNoCaller() throws Exception {
        DomainEvent large = DomainEvent.of("order.created", Map.of("text", "x".repeat(1_000_000)), "orders");
        transport.publisher().publish(event());
        List<String> backends = TestServer.query(database, BACKENDS);
        CountDownLatch done = new CountDownLatch(1);
        TestServer.signal("STOP", backends);
        try {
            Thread.startVirtualThread(() -> {
                try {
                    transport.publisher().publishAll(Collections.nCopies(60, large));
                } catch (PublishException expected) {
                    done.countDown();
                }
            });
            assertThat(done.await(30, TimeUnit.SECONDS))
                    .as("the caller got its error")
                    .isTrue();
        } finally {
            TestServer.signal("CONT", backends);
        }
        awaitHealth(HealthStatus.HEALTHY);
        transport.publisher().publish(event());
    }

    @Test
    void aLockedQueueRefusesWithinTheBoundAndWritesNothing() throws Exception {
        try (Connection other = TestServer.connect(database);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE pgmq.q_orders_domain_events");

            assertThatExceptionOfType(PublishException.class)
                    .isThrownBy(() -> transport.publisher().publish(event()))
                    .satisfies(e -> {
                        assertThat(e.code()).isEqualTo("TASKER-Q102");
                        assertThat(e.mayHaveBeenWritten()).isFalse();
                        assertThat(e).hasMessageContaining("57014");
                    });
            other.rollback();
        }
        transport.publisher().publish(event());
        assertThat(TestServer.query(database, COUNT)).containsExactly("1");
    }

    @Test
    void anAsynchronousPublishDoesNotWaitForAnotherBeyondItsBound() throws Exception {
        transport.close();
        transport = TestWorker.start(worker.with("async-in-flight", "1", "publish-timeout-ms", "1000"));
        try (Connection other = TestServer.connect(database);
                Statement statement = other.createStatement();
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE pgmq.q_orders_domain_events");
            List<Future<String>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(callers.submit(() -> transport
                        .publisher()
                        .publishAsync(event())
                        .handle((ignored, failure) -> String.valueOf(failure))
                        .get(30, TimeUnit.SECONDS)));
            }

            List<String> problems = new ArrayList<>();
            for (Future<String> call : calls) {
                problems.add(call.get());
            }
            assertThat(problems).allMatch(problem -> problem.contains("PublishException"));
            assertThat(problems).anyMatch(problem -> problem.contains("pgmq.async-in-flight"));
            other.rollback();
        }
    }

    @Test
    void anExhaustedPoolIsABusyWorkerNotABrokenDatabase() throws Exception {
        transport.close();
        transport = TestWorker.start(
                worker.with("pool-size", "1", "publish-timeout-ms", "60000", "query-timeout-ms", "60000"));
        Until.isTrue(
                "the queue was measured, which takes the connection too",
                () -> TestWorker.gauges(transport).containsKey("tasker_pgmq_queue_length{queue=orders_domain_events}"));
        try (Connection other = TestServer.connect(database);
                Statement statement = other.createStatement()) {
            transport.publisher().publish(event());
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE pgmq.q_orders_domain_events");
            FutureTask<Void> waiting = new FutureTask<>(() -> {
                transport.publisher().publish(event());
                return null;
            });
            Thread.startVirtualThread(waiting);
            Until.isTrue(
                    "the only connection is in use",
                    () -> Double.valueOf(1)
                            .equals(TestWorker.gauges(transport).get("tasker_pgmq_pool_connections{state=active}")));

            assertThat(transport.check())
                    .returns(HealthStatus.DEGRADED, report -> report.status())
                    .satisfies(
                            report -> assertThat(report.message().orElseThrow()).contains("pgmq.pool-size"));
            other.rollback();
            waiting.get(60, TimeUnit.SECONDS);
        }
        awaitHealth(HealthStatus.HEALTHY);
    }

    @Test
    void aReadOnlyServerIsUnhealthyAndTakesNoEvents() throws Exception {
        TestServer.sql(
                database,
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$");
        cutConnections();

        assertThat(transport.check()).returns(HealthStatus.UNHEALTHY, report -> report.status());
        assertThatExceptionOfType(PublishException.class)
                .isThrownBy(() -> transport.publisher().publish(event()))
                .satisfies(e -> {
                    assertThat(e).hasMessageContaining("25006");
                    assertThat(e.mayHaveBeenWritten()).isFalse();
                });
    }

    @Test
    void aConsumerSurvivesARestart() throws Exception {
        transport.publisher().publish(event());
        try (DurableEventConsumer consumer = transport.openConsumer(ConsumerOptions.defaults())) {
            TestServer.stop();
            try {
                awaitHealth(HealthStatus.UNHEALTHY);
                assertThatExceptionOfType(TaskerException.class)
                        .isThrownBy(() -> consumer.receive(1, Duration.ZERO))
                        .returns("TASKER-Q110", TaskerException::code);
            } finally {
                TestServer.startAgain();
            }
            awaitHealth(HealthStatus.HEALTHY);
            List<ReceivedEvent> received = consumer.receive(1, Duration.ofSeconds(10));
            assertThat(received).hasSize(1);
            assertThat(consumer.acknowledge(received)).isEmpty();
        }
    }
}
