package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.StepResult;
import tasker.events.api.spi.DatabaseSettings;

/** Results that a real server refuses, for good or for now. */
class StepResultsIT {
    private static final StepResult DONE = StepResult.success(Map.of("answer", 42));

    private final DatabaseSettings database = TestServer.newDatabase();

    private StepWorker start(StepWorker.Work work) {
        return StepWorker.start(database, "charge", work);
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
    void aResultThatTheDatabaseRefusesBringsItsStepToTheDeadLettersAndNoOther() throws Exception {
        try (StepWorker worker =
                start(context -> context.request().input().get("number") instanceof Integer number && number == 7
                        ? StepResult.success(Map.of("poison", true))
                        : DONE)) {
            StepWorker.send(database, List.of());
            TestServer.sql(
                    database, "ALTER TABLE " + StepWorker.RESULTS + " ADD CHECK (NOT message->'output' ? 'poison')");
            StepWorker.sendNumbered(database, "charge", 40);
            awaitResults(39);
            Until.isTrue("the refused one is counted", () -> worker.fate("result_refused") == 1);

            assertThat(query("SELECT message->'input'->>'number' || ' ' ||"
                            + " (headers->>'x-tasker-dead-letter-cause') FROM " + StepWorker.DEAD))
                    .containsExactly("7 result");
            assertThat(query("SELECT headers->>'x-tasker-dead-letter-reason' FROM " + StepWorker.DEAD)
                            .getFirst())
                    .startsWith("TASKER-S113")
                    .contains("23514", "check constraint")
                    .as("no payload is shown")
                    .doesNotContain("poison");
            assertThat(count(StepWorker.STEPS)).isZero();
            assertThat(count(StepWorker.EVENTS)).isEqualTo(39);
            Until.isTrue(
                    "its event is counted as failed",
                    () -> worker.counters().getOrDefault("tasker_step_events_failed_total{}", 0L) == 1);
            assertThat(worker.runs()).hasSize(40);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"53100", "40001", "42501", "XX000"})
    void aResultThatCannotBeWrittenForNowIsTriedAgain(String state) throws Exception {
        try (StepWorker worker = start(context -> DONE)) {
            StepWorker.send(database, List.of());
            TestServer.sql(database, """
                    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '%s'; END $$;
                    CREATE TRIGGER refuse BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION refuse()
                    """.formatted(state, StepWorker.RESULTS));
            StepWorker.sendNumbered(database, "charge", 1);
            Until.isTrue(
                    "it was tried twice",
                    () -> worker.counters().getOrDefault("tasker_queue_steps_errors_total{queue=pgmq}", 0L) >= 2);
            assertThat(count(StepWorker.DEAD)).isZero();

            TestServer.sql(database, "DROP TRIGGER refuse ON " + StepWorker.RESULTS);
            awaitResults(1);
            Until.isTrue("it is settled", () -> worker.fate("settled") == 1);
            assertThat(worker.runs()).hasSize(1);
        }
    }

    @Test
    void whatNoJsonbCanHoldFailsTheStepAndIsToldSo() throws Exception {
        try (StepWorker worker = start(context -> StepResult.success(Map.of("text", "a\u0000b")))) {
            StepWorker.sendNumbered(database, "charge", 1);
            awaitResults(1);

            assertThat(query("SELECT message->>'failure' FROM " + StepWorker.RESULTS))
                    .containsExactly("permanent");
            assertThat(query("SELECT message->>'reason' FROM " + StepWorker.RESULTS)
                            .getFirst())
                    .contains("TASKER-V101", "output.text");
            Until.isTrue("it is settled", () -> worker.fate("settled") == 1);
        }
    }
}
