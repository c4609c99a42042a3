package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.HealthStatus;
import tasker.events.api.PublishException;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;

/** A server that hangs, that is busy, or that refuses to write. */
class UnresponsiveServerIT extends TransportFixture {
    private static final String BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            + " AND application_name LIKE 'tasker/%'";

    @Test
    void aServerThatStopsAnsweringIsReportedInTimeAndFoundAgain() throws Exception {
        // A connection that was used within half a second is lent unchecked, and then hangs in the publish; one that
        // was
        // not hangs in the pool's check, and the publish finds none.
        transport.publisher().publish(event());
        List<String> backends = TestServer.query(database, BACKENDS);
        TestServer.signal("STOP", backends);
        try {
            assertThatExceptionOfType(PublishException.class)
                    .isThrownBy(() -> transport.publisher().publish(event()))
                    .satisfies(e -> {
                        assertThat(e.code()).isEqualTo("TASKER-Q101");
                        assertThat(e.mayHaveBeenWritten()).isFalse();
                        assertThat(e).hasMessageNotContaining("pgmq.pool-size");
                    });
            awaitHealth(HealthStatus.UNHEALTHY);
        } finally {
            TestServer.signal("CONT", backends);
        }
        awaitHealth(HealthStatus.HEALTHY);
        transport.publisher().publish(event());
        assertThat(TestServer.query(database, COUNT)).containsExactly("2");
    }

    private String listener() throws Exception {
        return String.valueOf(transport.check().details().get("listener"));
    }

    @Test
    void aListenerWhoseServerHangsIsReportedAndListensAgain() throws Exception {
        restart("poll-interval-ms", "60000", "query-timeout-ms", "2000");
        try (DurableEventConsumer consumer = transport.openConsumer(ConsumerOptions.defaults())) {
            FutureTask<List<ReceivedEvent>> receiving = new FutureTask<>(() -> receiveStubbornly(consumer));
            Thread.startVirtualThread(receiving);
            Until.isTrue("it listens", () -> listener().equals("listening"));
            List<String> processes = TestServer.processes();
            TestServer.signal("STOP", processes);
            try {
                awaitHealth(HealthStatus.UNHEALTHY);
                Until.isTrue("its silence is noticed", () -> listener().equals("reconnecting"));
            } finally {
                TestServer.signal("CONT", processes);
            }
            awaitHealth(HealthStatus.HEALTHY);
            Until.isTrue("it listens again", () -> listener().equals("listening"));
            TestServer.sql(
                    database,
                    "SELECT pgmq.send('orders_domain_events', '"
                            + EventMessage.of(event(), "orders").message() + "'::jsonb);"
                            + " NOTIFY \"pgmq.q_orders_domain_events.INSERT\"");
            assertThat(receiving.get(120, TimeUnit.SECONDS)).hasSize(1);
            Until.isTrue("the notification is heard", () -> worker.counted("tasker_pgmq_notifications_total") > 0);
        }
        assertThat(worker.counted("tasker_pgmq_listener_reconnects_total")).isPositive();
    }

    /** Wait for an event, whatever a server that hangs makes of single reads. */
    private static List<ReceivedEvent> receiveStubbornly(DurableEventConsumer consumer) throws InterruptedException {
        while (true) {
            try {
                List<ReceivedEvent> events = consumer.receive(1, Duration.ofMinutes(5));
                if (!events.isEmpty()) {
                    return events;
                }
            } catch (TaskerException e) {
                assertThat(e.code()).isEqualTo("TASKER-Q110");
            }
        }
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
            assertThat(done.await(60, TimeUnit.SECONDS))
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
        // The server gives up after nine tenths of the shorter bound, and the caller seconds later.
        restart("publish-timeout-ms", "9000", "query-timeout-ms", "4000");
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
        restart("async-in-flight", "1", "publish-timeout-ms", "3000");
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
                        .get(60, TimeUnit.SECONDS)));
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
    void aPoolWhoseConnectionsAllWaitForTheServerSaysSo() throws Exception {
        restart("pool-size", "1", "publish-timeout-ms", "60000", "query-timeout-ms", "60000");
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

            assertThat(transport.check().message().orElseThrow())
                    .as("a larger pool would not help")
                    .contains("no answer from localhost")
                    .doesNotContain("pgmq.pool-size");
            other.rollback();
            waiting.get(60, TimeUnit.SECONDS);
        }
        awaitHealth(HealthStatus.HEALTHY);
    }

    @Test
    void aReadOnlyServerIsUnhealthyAndTakesNoEventsUntilItTakesWrites() throws Exception {
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

        TestServer.sql(
                database,
                "BEGIN READ WRITE; DO $$ BEGIN EXECUTE"
                        + " format('ALTER DATABASE %I RESET default_transaction_read_only', current_database()); END $$; COMMIT");
        awaitHealth(HealthStatus.HEALTHY);
        transport.publisher().publish(event());
    }
}
