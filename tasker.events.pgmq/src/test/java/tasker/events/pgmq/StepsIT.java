package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.spi.DatabaseSettings;

/** Steps of a queue, run by whole workers on a real server. */
class StepsIT {
    private static final StepResult DONE = StepResult.success(Map.of("answer", 42));
    private static final String[] SHORT = {"pgmq.step-visibility-ms", "1000"};

    private final DatabaseSettings database = TestServer.newDatabase();

    private StepWorker start(StepWorker.Work work, String... settings) {
        return StepWorker.start(database, "charge", work, settings);
    }

    private List<String> query(String sql) {
        return TestServer.query(database, sql);
    }

    private long count(String table) {
        return Long.parseLong(query("SELECT count(*) FROM " + table).getFirst());
    }

    private void awaitResults(int count) throws Exception {
        Until.isTrue(count + " results are there", () -> count(StepWorker.RESULTS) == count);
    }

    @Test
    void theStepItsResultAndItsEventAreOneTransaction() throws Exception {
        try (StepWorker worker = start(context -> DONE)) {
            StepWorker.send(database, List.of("""
                    {"step_id": "01976f6e-1f0c-7bd4-9d0e-3f1f2f6b8c11", "handler": "charge", "input": {"amount": 5},
                     "correlation_id": "01976f6e-1f0c-7bd4-9d0e-3f1f2f6b8c12",
                     "task_uuid": "01976f6e-1f0c-7bd4-9d0e-3f1f2f6b8c13",
                     "step_uuid": "01976f6e-1f0c-7bd4-9d0e-3f1f2f6b8c14"}
                    """));
            awaitResults(1);

            assertThat(count(StepWorker.STEPS)).isZero();
            assertThat(query("SELECT r.xmin = e.xmin FROM " + StepWorker.RESULTS + " AS r, " + StepWorker.EVENTS
                            + " AS e"))
                    .as("written by the same transaction")
                    .containsExactly("t");
            assertThat(query("SELECT message - 'execution_time_ms' - 'ended_at' - 'worker_id' = '"
                            + "{\"step_id\": \"01976f6e-1f0c-7bd4-9d0e-3f1f2f6b8c11\", \"handler\": \"charge\","
                            + " \"attempt\": 1, \"correlation_id\": \"01976f6e-1f0c-7bd4-9d0e-3f1f2f6b8c12\","
                            + " \"task_uuid\": \"01976f6e-1f0c-7bd4-9d0e-3f1f2f6b8c13\","
                            + " \"step_uuid\": \"01976f6e-1f0c-7bd4-9d0e-3f1f2f6b8c14\","
                            + " \"status\": \"success\", \"output\": {\"answer\": 42}}'"
                            + " AND (message->>'ended_at')::timestamptz BETWEEN now() - interval '1 hour' AND now()"
                            + " FROM " + StepWorker.RESULTS))
                    .containsExactly("t");
            assertThat(query("SELECT message->>'event_type' FROM " + StepWorker.EVENTS))
                    .containsExactly("order.done");
            Until.isTrue("it is counted", () -> worker.fate("settled") == 1);
            Until.isTrue("its event is, too", () -> worker.system().metrics().domainEventsPublished() == 1);
        }
    }

    @Test
    void aFailedStepIsTriedAgainUnderOneIdUntilItHasNoAttemptLeft() throws Exception {
        try (StepWorker worker = start(context -> StepResult.retryableFailure("not now"))) {
            StepWorker.send(
                    database,
                    List.of("{\"handler\": \"charge\", \"limits\": {\"max_attempts\": 3, \"retry_delay_ms\": 1}}"));
            awaitResults(1);

            assertThat(worker.runs()).extracting(StepRequest::attempt).containsExactly(1, 2, 3);
            assertThat(worker.runs())
                    .extracting(StepRequest::stepId)
                    .containsOnly(worker.runs().getFirst().stepId());
            assertThat(query("SELECT message->>'failure' || ' ' || (message->>'attempt') FROM " + StepWorker.RESULTS))
                    .containsExactly("retryable 3");
            assertThat(worker.fate("retried")).isEqualTo(2);
            assertThat(count(StepWorker.EVENTS))
                    .as("it was declared for success")
                    .isZero();
        }
    }

    @Test
    void whatIsNoStepGoesToTheDeadLettersWithTheReason() throws Exception {
        try (StepWorker worker = start(context -> DONE)) {
            StepWorker.send(
                    database,
                    List.of("{\"input\": {}}", "[1]", "null", "{\"handler\": \"charge\", \"colour\": \"red\"}"));
            TestServer.sql(
                    database, "INSERT INTO " + StepWorker.STEPS + " (vt, message) VALUES (clock_timestamp(), NULL)");
            StepWorker.send(database, List.of("{\"handler\": \"charge\"}"));
            awaitResults(1);
            Until.isTrue("all others are dead", () -> count(StepWorker.DEAD) == 5);

            assertThat(query("SELECT headers->>'x-tasker-dead-letter-cause' || ': ' ||"
                            + " (headers->>'x-tasker-dead-letter-reason') FROM " + StepWorker.DEAD))
                    .allMatch(reason -> reason.startsWith("malformed: is no step: "))
                    .anyMatch(reason -> reason.contains("'handler' is required"))
                    .anyMatch(reason -> reason.contains("'colour' is unknown"));
            assertThat(worker.fate("malformed")).isEqualTo(5);
            assertThat(count(StepWorker.STEPS)).isZero();
        }
    }

    @Test
    void aStepWithoutAHandlerIsLeftToAWorkerThatHasItHoweverOftenItWasRead() throws Exception {
        try (StepWorker other = StepWorker.start(database, "other", context -> DONE, SHORT)) {
            StepWorker.sendNumbered(database, "charge", 1);
            TestServer.sql(
                    database,
                    "UPDATE " + StepWorker.STEPS + " SET read_ct = 200, headers ="
                            + " jsonb_build_object('x-tasker-idle-reads', msg_id || '/200')");
            Until.isTrue("it has come back", () -> other.fate("unknown_handler") >= 2);
            assertThat(count(StepWorker.RESULTS)).isZero();
        }
        try (StepWorker worker = start(context -> DONE)) {
            awaitResults(1);
            Until.isTrue("it is counted", () -> worker.fate("settled") == 1);
            assertThat(worker.fate("read_too_often")).isZero();
        }
    }

    @Test
    void aStepThatWasBegunAgainAndAgainGoesToTheDeadLetters() throws Exception {
        try (StepWorker worker = start(context -> DONE)) {
            StepWorker.send(database, List.of());
            TestServer.sql(
                    database,
                    "INSERT INTO " + StepWorker.STEPS + " (vt, read_ct, message)"
                            + " VALUES (clock_timestamp(), 50, '{\"handler\": \"charge\"}')");
            Until.isTrue("it is dead", () -> count(StepWorker.DEAD) == 1);

            assertThat(worker.runs()).isEmpty();
            assertThat(query("SELECT headers->>'x-tasker-dead-letter-reason' FROM " + StepWorker.DEAD)
                            .getFirst())
                    .startsWith("TASKER-S109");
        }
    }

    @Test
    void aStepThatRunsLongerThanItsVisibilityStaysThisWorkers() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (StepWorker worker = start(
                context -> {
                    goOn.await();
                    return DONE;
                },
                SHORT)) {
            StepWorker.sendNumbered(database, "charge", 1);
            Until.isTrue("it runs", () -> worker.runs().size() == 1);
            try (StepWorker other = start(context -> DONE, SHORT)) {
                String begin = query("SELECT extract(epoch FROM now())").getFirst();
                Until.isTrue(
                        "its visibility has passed three times",
                        () -> query("SELECT extract(epoch FROM now()) - " + begin + " > 3.5")
                                .getFirst()
                                .equals("t"));
                assertThat(other.runs()).isEmpty();
                goOn.countDown();
                awaitResults(1);
                assertThat(other.runs()).isEmpty();
            }
            assertThat(worker.runs()).hasSize(1);
        }
    }

    @Test
    void anEventThatTheDatabaseRefusesCostsNeitherItsStepNorTheOthers() throws Exception {
        try (StepWorker worker =
                start(context -> context.request().input().get("number") instanceof Integer number && number == 7
                        ? StepResult.success(Map.of("poison", true))
                        : DONE)) {
            StepWorker.send(database, List.of());
            TestServer.sql(
                    database,
                    "ALTER TABLE " + StepWorker.EVENTS + " ADD CHECK (NOT message->'payload'->'output' ? 'poison')");
            StepWorker.sendNumbered(database, "charge", 40);
            awaitResults(40);

            assertThat(count(StepWorker.EVENTS)).isEqualTo(39);
            assertThat(count(StepWorker.STEPS)).isZero();
            Until.isTrue(
                    "the failure is counted",
                    () -> worker.counters().getOrDefault("tasker_step_events_failed_total{}", 0L) == 1);
            assertThat(worker.fate("lost_claim")).isZero();
        }
    }

    @Test
    void twoWorkersShareAQueueAndEachStepIsRunOnce() throws Exception {
        try (StepWorker one = start(context -> DONE);
                StepWorker two = start(context -> DONE)) {
            StepWorker.sendNumbered(database, "charge", 2_000);
            awaitResults(2_000);

            assertThat(one.runs().size() + two.runs().size()).isEqualTo(2_000);
            assertThat(query("SELECT count(DISTINCT message->>'step_id') FROM " + StepWorker.RESULTS))
                    .containsExactly("2000");
            assertThat(count(StepWorker.EVENTS)).isEqualTo(2_000);
            assertThat(count(StepWorker.STEPS)).isZero();
        }
    }

    @Test
    void closingLetsStepsEndAndGivesBackWhatWasNotDone() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        StepWorker worker = start(
                context -> {
                    if (context.request().input().get("number") instanceof Integer number && number % 2 == 0) {
                        new CountDownLatch(1).await();
                    }
                    goOn.await();
                    return DONE;
                },
                "worker.shutdown-timeout-ms",
                "2000");
        StepWorker.sendNumbered(database, "charge", 30);
        Until.isTrue("as many run as may", () -> worker.runs().size() == 16);
        Thread closing = Thread.startVirtualThread(worker::close);
        Until.isTrue("it stops", () -> worker.system().state() != tasker.events.api.WorkerState.RUNNING);
        goOn.countDown();
        assertThat(closing.join(java.time.Duration.ofSeconds(60))).isTrue();

        long done = count(StepWorker.RESULTS);
        assertThat(done).isEqualTo(8);
        assertThat(count(StepWorker.STEPS)).isEqualTo(30 - done);
        assertThat(query("SELECT count(*) FROM " + StepWorker.STEPS + " WHERE vt <= clock_timestamp()"))
                .as("none has to wait for its visibility")
                .containsExactly(Long.toString(30 - done));
        try (StepWorker next = start(context -> DONE)) {
            awaitResults(30);
            assertThat(next.runs()).extracting(StepRequest::attempt).containsOnly(1);
        }
    }

    @Test
    void aCommitWhoseAnswerWasLostIsFoundToBeDone() throws Exception {
        try (StepWorker worker = start(context -> DONE)) {
            StepWorker.send(database, List.of());
            // Longer than the client waits, and not to be cancelled: the client gives up, and the server commits.
            TestServer.sql(database, """
                    CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN
                        BEGIN PERFORM pg_sleep(3); EXCEPTION WHEN query_canceled THEN PERFORM pg_sleep(2); END;
                        RETURN NULL;
                    END $$;
                    CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON %s DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION dawdle()
                    """.formatted(StepWorker.RESULTS));
            StepWorker.sendNumbered(database, "charge", 1);
            Until.isTrue("it is settled", () -> worker.fate("settled") == 1);

            assertThat(worker.counters().get("tasker_queue_steps_errors_total{queue=pgmq}"))
                    .as("the first try told nothing")
                    .isPositive();
            assertThat(worker.fate("lost_claim")).isZero();
            assertThat(count(StepWorker.RESULTS)).isEqualTo(1);
            assertThat(count(StepWorker.EVENTS)).isEqualTo(1);
            assertThat(worker.runs()).hasSize(1);
            Until.isTrue(
                    "its event is counted once", () -> worker.system().metrics().domainEventsPublished() == 1);
        }
    }

    @Test
    void aQueueThatWasDroppedIsMadeAgain() throws Exception {
        try (StepWorker worker = start(context -> DONE)) {
            StepWorker.sendNumbered(database, "charge", 1);
            awaitResults(1);
            TestServer.sql(
                    database,
                    "SELECT pgmq.drop_queue('worker_orders_queue'),"
                            + " pgmq.drop_queue('orchestration_step_results')");
            StepWorker.sendNumbered(database, "charge", 1);
            Until.isTrue("it is settled", () -> worker.fate("settled") == 2);
            assertThat(count(StepWorker.RESULTS)).isEqualTo(1);
        }
    }

    @Test
    void switchedOffItMakesNoQueueAndReadsNone() throws Exception {
        try (StepWorker worker = start(context -> DONE, "pgmq.steps", "false")) {
            assertThat(query("SELECT queue_name FROM pgmq.meta WHERE queue_name LIKE 'worker%'"))
                    .isEmpty();
            assertThat(worker.counters()).doesNotContainKey("tasker_queue_steps_received_total{queue=pgmq}");
        }
    }

    @Test
    void aFleetsReferencesAreLeftToTheFleet() throws Exception {
        try (StepWorker worker = start(context -> DONE, SHORT)) {
            StepWorker.send(
                    database,
                    List.of("{\"task_uuid\": \"01976f6e-1f0c-7bd4-9d0e-3f1f2f6b8c13\","
                            + " \"step_uuid\": \"01976f6e-1f0c-7bd4-9d0e-3f1f2f6b8c14\", \"correlation_id\": null}"));
            Until.isTrue("it was read twice", () -> worker.fate("elsewhere") >= 2);
            assertThat(count(StepWorker.STEPS)).isEqualTo(1);
            assertThat(count(StepWorker.DEAD)).isZero();
        }
    }

    @Test
    void moreStepsThanCanRunWaitInTheQueueAndNotInMemory() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (StepWorker worker = start(context -> {
            goOn.await(1, TimeUnit.MINUTES);
            return DONE;
        })) {
            StepWorker.sendNumbered(database, "charge", 500);
            Until.isTrue("as many run as may", () -> worker.runs().size() == 16);
            assertThat(query("SELECT count(*) FROM " + StepWorker.STEPS + " WHERE read_ct > 0"))
                    .containsExactly("16");
            goOn.countDown();
            awaitResults(500);
            Set<StepRequest> once = new HashSet<>(worker.runs());
            assertThat(once).hasSize(500).hasSameSizeAs(worker.runs());
        }
    }
}
