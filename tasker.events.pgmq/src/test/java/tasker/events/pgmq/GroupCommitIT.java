package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasker.events.api.DomainEvent;
import tasker.events.api.PublishException;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.PublishOptions;

/** Concurrent publishes share transactions, and nothing else. */
class GroupCommitIT {
    private static final String COUNT = "SELECT count(*) FROM pgmq.q_orders_domain_events";

    private DatabaseSettings database;
    private TestWorker worker;
    private PgmqTransport transport;
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeEach
    void start() throws Exception {
        database = TestServer.newDatabase();
        // Time enough for a slow machine to do what a test does while it holds a lock.
        worker = new TestWorker(database, "orders")
                .with("publish-writers", "1", "publish-timeout-ms", "60000", "query-timeout-ms", "60000");
        transport = TestWorker.start(worker);
    }

    @AfterEach
    void close() throws Exception {
        transport.close();
        callers.close();
    }

    private static DomainEvent event(String note) {
        return DomainEvent.of("order.created", Map.of("note", note), "orders");
    }

    private Future<@Nullable PublishException> publishing(List<DomainEvent> events) {
        return callers.submit(() -> {
            try {
                transport.publisher().publishAll(events);
                return null;
            } catch (PublishException e) {
                return e;
            }
        });
    }

    private List<String> notes() {
        return TestServer.query(
                database, "SELECT message->'payload'->>'note' FROM pgmq.q_orders_domain_events ORDER BY msg_id");
    }

    private void refuse(String note) {
        TestServer.sql(
                database,
                "ALTER TABLE pgmq.q_orders_domain_events ADD CHECK (message->'payload'->>'note' <> '" + note + "')");
    }

    /** Keep every write of the queue waiting until this is closed. */
    private Connection lockQueue() throws SQLException {
        Connection other = TestServer.connect(database);
        other.setAutoCommit(false);
        try (Statement statement = other.createStatement()) {
            statement.execute("LOCK TABLE pgmq.q_orders_domain_events");
        }
        return other;
    }

    private void awaitBlocked(int statements) throws Exception {
        Until.isTrue(
                "writes wait for the lock",
                () -> TestServer.query(
                                database, "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation IS NOT NULL")
                        .equals(List.of(String.valueOf(statements))));
    }

    /** Occupy the only writer, so that whatever comes next waits for it as one group. */
    private Future<@Nullable PublishException> occupyWriter() throws Exception {
        Future<@Nullable PublishException> ahead = publishing(List.of(event("ahead")));
        awaitBlocked(1);
        return ahead;
    }

    private static @Nullable PublishException end(Future<@Nullable PublishException> call) throws Exception {
        return call.get(60, TimeUnit.SECONDS);
    }

    @Test
    void callersThatWaitTogetherAreCommittedTogether() throws Exception {
        List<Future<@Nullable PublishException>> calls;
        try (Connection lock = lockQueue()) {
            calls = new ArrayList<>(List.of(occupyWriter()));
            for (int i = 0; i < 50; i++) {
                calls.add(publishing(List.of(event("together"))));
            }
            Until.isTrue(
                    "all have come",
                    () -> TestWorker.gauges(transport)
                            .getOrDefault("tasker_pgmq_publish_waiting", 0.0)
                            .equals(50.0));
            lock.rollback();
        }
        for (Future<@Nullable PublishException> call : calls) {
            assertThat(end(call)).isNull();
        }

        assertThat(TestServer.query(
                        database,
                        "SELECT count(DISTINCT xmin::text) FROM pgmq.q_orders_domain_events"
                                + " WHERE message->'payload'->>'note' = 'together'"))
                .containsExactly("1");
        assertThat(worker.counted("tasker_pgmq_published_total")).isEqualTo(51);
        assertThat(worker.counted("tasker_pgmq_publish_groups_total")).isEqualTo(2);
    }

    @Test
    void aBadEventOfAGroupFailsAlone() throws Exception {
        refuse("bad");
        List<Future<@Nullable PublishException>> good = new ArrayList<>();
        List<Future<@Nullable PublishException>> bad = new ArrayList<>();
        try (Connection lock = lockQueue()) {
            good.add(occupyWriter());
            for (int i = 0; i < 20; i++) {
                good.add(publishing(List.of(event("good"))));
                if (i % 7 == 3) {
                    bad.add(publishing(List.of(event("whole"), event("bad"), event("whole"))));
                }
            }
            good.add(publishing(List.of(event("both"), event("both"))));
            lock.rollback();
        }

        for (Future<@Nullable PublishException> call : good) {
            assertThat(end(call)).isNull();
        }
        for (Future<@Nullable PublishException> call : bad) {
            assertThat(end(call))
                    .isNotNull()
                    .returns("TASKER-Q103", PublishException::code)
                    .returns(false, PublishException::mayHaveBeenWritten);
        }
        assertThat(notes()).hasSize(23).doesNotContain("bad", "whole").contains("both");
    }

    @Test
    void aQueueThatCannotBeMadeFailsAlone() throws Exception {
        TestServer.sql(database, """
                CREATE FUNCTION public.forbid() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN RAISE EXCEPTION ''no new queues''; END';
                CREATE TRIGGER forbid BEFORE INSERT ON pgmq.meta FOR EACH ROW EXECUTE FUNCTION public.forbid()
                """);
        List<Future<@Nullable PublishException>> good;
        Future<String> wrong;
        try (Connection lock = lockQueue()) {
            good = new ArrayList<>(List.of(occupyWriter()));
            good.add(publishing(List.of(event("good"))));
            wrong = callers.submit(() -> {
                try {
                    transport
                            .publisher()
                            .publish(event("lost"), PublishOptions.defaults().toNamespace("elsewhere"));
                    return "published";
                } catch (PublishException e) {
                    return String.valueOf(e.getMessage());
                }
            });
            good.add(publishing(List.of(event("good"))));
            lock.rollback();
        }

        for (Future<@Nullable PublishException> call : good) {
            assertThat(end(call)).isNull();
        }
        assertThat(wrong.get(60, TimeUnit.SECONDS))
                .contains("TASKER-Q102", "elsewhere_domain_events", "no new queues", "was not written");
    }

    @Test
    void aQueueThatRefusesEverythingIsTriedOnceMoreAlone() throws Exception {
        TestServer.sql(database, """
                CREATE SEQUENCE public.tries;
                CREATE FUNCTION public.forbid() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN PERFORM nextval(''public.tries''); RAISE EXCEPTION ''no new queues''; END';
                CREATE TRIGGER forbid BEFORE INSERT ON pgmq.meta FOR EACH ROW EXECUTE FUNCTION public.forbid()
                """);
        List<Future<@Nullable PublishException>> good = new ArrayList<>();
        List<CompletableFuture<Void>> refused = new ArrayList<>();
        try (Connection lock = lockQueue()) {
            good.add(occupyWriter());
            for (int i = 0; i < 20; i++) {
                refused.add(transport
                        .publisher()
                        .publishAsync(event("lost"), PublishOptions.defaults().toNamespace("elsewhere")));
            }
            good.add(publishing(List.of(event("good"))));
            Until.isTrue(
                    "all wait",
                    () -> TestWorker.gauges(transport)
                            .getOrDefault("tasker_pgmq_publish_waiting", 0.0)
                            .equals(21.0));
            lock.rollback();
        }

        for (Future<@Nullable PublishException> call : good) {
            assertThat(end(call)).isNull();
        }
        for (CompletableFuture<Void> call : refused) {
            assertThat(call)
                    .failsWithin(60, TimeUnit.SECONDS)
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining("TASKER-Q102");
        }
        assertThat(TestServer.query(database, "SELECT last_value FROM public.tries"))
                .as("with the good ones, and without them")
                .containsExactly("2");
    }

    @Test
    void whatTheirTimeRanOutForIsNeverWritten() throws Exception {
        transport.close();
        transport = TestWorker.start(worker.with("publish-timeout-ms", "10000"));
        List<Future<@Nullable PublishException>> calls;
        try (Connection lock = lockQueue()) {
            calls = new ArrayList<>(List.of(occupyWriter()));
            for (int i = 0; i < 20; i++) {
                calls.add(publishing(List.of(event("late"))));
            }
            for (Future<@Nullable PublishException> call : calls) {
                assertThat(end(call)).isNotNull().returns(false, PublishException::mayHaveBeenWritten);
            }
            lock.rollback();
        }

        transport.publisher().publish(event("afterwards"));
        assertThat(notes()).containsExactly("afterwards");
        assertThat(worker.counted("tasker_pgmq_publish_failed_total{outcome=not_written}"))
                .isEqualTo(21);
    }

    @Test
    void anInterruptedCallerThatWaitsIsWithdrawn() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        Thread[] waiting = new Thread[1];
        Future<@Nullable PublishException> interrupted;
        Future<@Nullable PublishException> ahead;
        try (Connection lock = lockQueue()) {
            ahead = occupyWriter();
            interrupted = callers.submit(() -> {
                waiting[0] = Thread.currentThread();
                started.countDown();
                try {
                    transport.publisher().publish(event("interrupted"));
                    return null;
                } catch (PublishException e) {
                    assertThat(Thread.interrupted()).as("the flag stays set").isTrue();
                    return e;
                }
            });
            assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
            waiting[0].interrupt();
            assertThat(end(interrupted))
                    .isNotNull()
                    .returns("TASKER-Q107", PublishException::code)
                    .returns(false, PublishException::mayHaveBeenWritten);
            lock.rollback();
        }
        assertThat(end(ahead)).isNull();
        assertThat(notes()).containsExactly("ahead");
    }

    @Test
    void whatHangsOnAFutureHoldsUpNoWriter() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Void> hanging;
        // What hangs on a future that has ended runs on the caller's own thread; this one ends later.
        try (Connection lock = lockQueue()) {
            hanging = transport.publisher().publishAsync(event("first")).thenRun(() -> {
                try {
                    boolean ignored = release.await(10, TimeUnit.MINUTES);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            lock.rollback();
        }
        try {
            Until.isTrue("the first is written", () -> notes().size() == 1);
            for (int i = 0; i < 20; i++) {
                transport.publisher().publishAsync(event("next")).get(60, TimeUnit.SECONDS);
            }
            assertThat(hanging).isNotDone();
        } finally {
            release.countDown();
        }
        hanging.get(60, TimeUnit.SECONDS);
    }

    @Test
    void aFullBufferKeepsCallersWaiting() throws Exception {
        transport.close();
        transport = TestWorker.start(worker.with("publish-buffer-mb", "64"));
        DomainEvent large = DomainEvent.of("order.created", Map.of("note", "x".repeat(1_000_000)), "orders");
        List<DomainEvent> most = Collections.nCopies(40, large);
        Future<@Nullable PublishException> first;
        FutureTask<Void> second = new FutureTask<>(() -> {
            transport.publisher().publishAll(most);
            return null;
        });
        Thread waiting = Thread.ofVirtual().unstarted(second);
        try (Connection lock = lockQueue()) {
            first = publishing(most);
            awaitBlocked(1);
            waiting.start();
            // For room in the buffer a caller waits with a time limit, in the line without one.
            Until.isTrue("the second waits", () -> waiting.getState() == Thread.State.TIMED_WAITING);
            assertThat(TestWorker.gauges(transport)).containsEntry("tasker_pgmq_publish_waiting", 0.0);
            lock.rollback();
        }
        assertThat(end(first)).isNull();
        second.get(60, TimeUnit.SECONDS);
        assertThat(TestServer.query(database, COUNT)).containsExactly("80");
    }
}
