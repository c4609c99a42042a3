package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.events.api.StepEvent;
import tasker.events.api.StepEvent.Condition;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;
import tasker.events.api.StepResult;
import tasker.events.api.spi.PayloadValidator;
import tasker.nativecore.testkit.Await;
import tasker.nativecore.testkit.CollectedMetrics;
import tasker.nativecore.testkit.Latches;
import tasker.nativecore.testkit.NotingHooks;
import tasker.nativecore.testkit.TestHandler;
import tasker.nativecore.testkit.TestTransports;

/** How the events that handlers declare are built, checked and published. */
class StepEventTests {
    private static final StepResult DONE = StepResult.success(Map.of("total", 3));
    private static final StepEvent DECLARED = new StepEvent("order.done", Condition.SUCCESS, DeliveryMode.DURABLE);

    private final StepBench steps = new StepBench();
    private final TestTransports.Durable durable = new TestTransports.Durable("durable-test");
    private final NotingHooks hooks = new NotingHooks();

    @Test
    void everyHookIsCalledInOrderAndShapesTheEvent() throws Exception {
        try (WorkerSystem worker = start(DECLARED)) {
            run(worker);
            Await.until("it is published", () -> hooks.calls().contains("after"));

            assertThat(hooks.calls()).containsExactly("should", "transform", "metadata", "before", "after");
            DomainEvent event = durable.publisher().published().getFirst();
            assertThat(event.payload()).containsEntry("extra", true).containsEntry("handler", "teller");
            assertThat(event.headers()).containsEntry("tenant", "acme");
        }
    }

    @ParameterizedTest
    @CsvSource({"transform, 'payload', transformPayload", "metadata, 'headers', additionalMetadata"})
    void aHookThatReturnsNullIsNamedWithTheHandlerAndTheEvent(String hook, String field, String method)
            throws Exception {
        hooks.returnNullFrom(hook);
        try (WorkerSystem worker = start(DECLARED)) {
            assertThat(run(worker).result()).isEqualTo(DONE);
            Await.until("the publisher is told", () -> !hooks.errors().isEmpty());

            assertThat(hooks.errors().getFirst())
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageContaining("'" + field + "' of " + DECLARED.eventType() + " is null: " + method)
                    .hasMessageContaining(NotingHooks.class.getName())
                    .hasMessageContaining("handler 'teller'");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"should", "transform", "metadata", "before"})
    void aHookThatThrowsBeforeThePublishingFailsTheEventAndNotTheStep(String bad) throws Exception {
        hooks.throwIn(bad);
        try (WorkerSystem worker = start(DECLARED)) {
            assertThat(run(worker).result()).isEqualTo(DONE);
            Await.until("it is counted", () -> counter(worker, "tasker_step_events_failed_total") == 1);

            assertThat(durable.publisher().published()).isEmpty();
            Await.until("the publisher is told", () -> hooks.calls().contains("error"));
            assertThat(hooks.calls()).endsWith(bad, "error").doesNotContain("after");
            assertThat(run(worker).result()).as("the next one").isEqualTo(DONE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"after", "error"})
    void aHookThatThrowsAfterThePublishingIsCounted(String bad) throws Exception {
        hooks.throwIn(bad);
        if (bad.equals("error")) {
            durable.publisher().before(event -> {
                throw new IllegalStateException("no room");
            });
        }
        try (WorkerSystem worker = start(DECLARED)) {
            assertThat(run(worker).result()).isEqualTo(DONE);
            Await.until("it is counted", () -> counter(worker, "tasker_step_event_hook_errors_total") == 1);
            Await.until(
                    "nothing is on its way",
                    () -> Long.valueOf(0).equals(worker.health().nativeLayer().get("step_events_pending")));
        }
    }

    @Test
    void anEventThatItsPublisherDoesNotWantIsSkippedAndCounted() throws Exception {
        hooks.wantNone();
        try (WorkerSystem worker = start(DECLARED)) {
            run(worker);
            Await.until("it is counted", () -> counter(worker, "tasker_step_events_skipped_total") == 1);

            assertThat(durable.publisher().published()).isEmpty();
            assertThat(hooks.calls()).containsExactly("should");
        }
    }

    @Test
    void aPayloadThatDoesNotMatchItsSchemaIsNotPublished() throws Exception {
        StepEvent checked = DECLARED.withSchema("{\"required\":[\"missing\"]}");
        try (WorkerSystem worker = steps.builder(
                        TestHandler.named("teller", context -> DONE).event(checked, hooks))
                .service(durable)
                .service(new RequiringValidator())
                .build()) {
            worker.start();
            assertThat(run(worker).result()).isEqualTo(DONE);
            Await.until("it is counted", () -> counter(worker, "tasker_step_events_failed_total") == 1);

            Await.until("the publisher is told", () -> !hooks.errors().isEmpty());
            assertThat(hooks.errors())
                    .singleElement()
                    .satisfies(error -> assertThat(error)
                            .hasMessageContaining("order.done does not match its schema: missing is missing"));
        }
    }

    @Test
    void aSchemaWithoutAValidatorKeepsItsHandlerFromStarting() throws Exception {
        try (WorkerSystem worker = start(DECLARED.withSchema("{}"))) {
            assertThat(worker.providers())
                    .anySatisfy(
                            report -> assertThat(report.problem().orElse("")).contains("TASKER-S108", "order.done"));
            assertThat(worker.health().isHealthy()).isFalse();
        }
    }

    @Test
    void aBrokenSchemaKeepsItsHandlerFromStartingAndNamesTheEvent() throws Exception {
        try (WorkerSystem worker = startChecked("{}", payload -> List.of())) {
            assertThat(worker.providers())
                    .anySatisfy(report -> assertThat(report.problem().orElse(""))
                            .contains("TASKER-S111 handler 'teller'", "order.done", "'test-validator'", "is unknown"));
            assertThat(worker.health().isHealthy()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"throws", "error", "null", "null inside", "blocks"})
    void aValidatorThatDoesNotDoItsWorkFailsTheEventAndNotTheStep(String fault) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        PayloadValidator.Schema bad = payload -> {
            switch (fault) {
                case "throws" -> throw new IllegalStateException("broken");
                case "error" -> throw new StackOverflowError();
                case "null inside" -> {
                    return Collections.singletonList(nothing());
                }
                case "blocks" -> Latches.awaitStubbornly(never);
                default -> {
                    return nothing();
                }
            }
            return List.of();
        };
        try (WorkerSystem worker = startChecked("{\"required\":[]}", bad)) {
            assertThat(run(worker).result()).isEqualTo(DONE);
            Await.until("it is counted", () -> counter(worker, "tasker_step_events_failed_total") == 1);
            Await.until("the publisher is told", () -> !hooks.errors().isEmpty());

            assertThat(durable.publisher().published()).isEmpty();
            assertThat(hooks.errors().getFirst())
                    .hasMessageContaining(fault.equals("null inside") ? "does not match" : "TASKER-S112");
            assertThat(run(worker).result()).as("the next one").isEqualTo(DONE);
            never.countDown();
        }
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what a validator of others may do
    private static <T> T nothing() {
        return null;
    }

    /** Start a worker whose handler declares this schema, and whose validator checks every payload so. */
    private WorkerSystem startChecked(String text, PayloadValidator.Schema check) {
        WorkerSystem worker = steps.builder(
                        TestHandler.named("teller", context -> DONE).event(DECLARED.withSchema(text), hooks))
                .service(durable)
                .service(new PayloadValidator() {
                    @Override
                    public String name() {
                        return "test-validator";
                    }

                    @Override
                    public Schema compile(String schema) {
                        if (!schema.contains("required")) {
                            throw new InvalidValueException("schema", "is unknown");
                        }
                        return check;
                    }
                })
                .build();
        worker.start();
        return worker;
    }

    private WorkerSystem start(StepEvent declared) {
        WorkerSystem worker = steps.builder(
                        TestHandler.named("teller", context -> DONE).event(declared, hooks))
                .service(durable)
                .build();
        worker.start();
        return worker;
    }

    private static StepOutcome run(WorkerSystem worker) throws InterruptedException {
        return worker.submit(StepRequest.of("teller", Map.of())).join();
    }

    private static long counter(WorkerSystem worker, String name) {
        return (long) new CollectedMetrics(worker).values().getOrDefault(name, -1L);
    }

    /** Know one rule of JSON Schema: {@code required} with one name. */
    private static final class RequiringValidator implements PayloadValidator {
        @Override
        public String name() {
            return "requiring-validator";
        }

        @Override
        public Schema compile(String schema) {
            if (!schema.contains("required")) {
                throw new InvalidValueException("schema", "is unknown");
            }
            String name = schema.substring(schema.indexOf("[\"") + 2, schema.indexOf("\"]"));
            return payload -> payload.containsKey(name) ? List.of() : List.of(name + " is missing");
        }
    }
}
