package tasker.nativecore.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.HealthCheck;
import tasker.events.api.InProcessDomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.events.api.StepOutcome;
import tasker.events.api.StepRequest;

class JsonRefusalTests {
    private static final String EVENT = """
            {"event_id":"01890a5d-ac96-774b-bcce-b302099a8057","event_type":"order.created","payload":{"x":[1]},\
            "correlation_id":"01890a5d-ac96-774b-bcce-b302099a8057","timestamp":"2026-01-31T12:00:00Z",\
            "source":"orders"}""";

    private static final String HEALTH = """
            {"status":"unhealthy","worker_id":"w","uptime_seconds":2.5,"components":{"db":{"name":"db",\
            "status":"degraded","message":"slow","last_check":"2026-01-31T12:00:00Z","duration_ms":1.5,\
            "details":{"hosts":["a"]}}},"native":{},"jvm":{}}""";

    private static final String STEP =
            "{\"step_id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"handler\":\"h\",\"input\":{},\"attempt\":1}";

    @Test
    void theSamplesThemselvesAreAccepted() {
        assertThat(Json.read(EVENT, InProcessDomainEvent.class).source()).isEqualTo("orders");
        assertThat(Json.read(HEALTH, HealthCheck.class).isHealthy()).isFalse();
        assertThat(Json.read(STEP, StepRequest.class))
                .isEqualTo(new StepRequest(
                        UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057"), "h", Map.of(), 1, Optional.empty()));
    }

    @ParameterizedTest(name = "{0} -> {1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "source":"orders"         | "source":5                | source            | is '5'; expected a text
            "source":"orders"         | "source":true             | source            | is 'true'; expected a text
            "source":"orders"         | "source":null             | source            | is required
            "source":"orders"         | "source":""               | source            | must not be blank
            "source":"orders"         | "source":"orders","sauce":1 | sauce             | is unknown; expected correlation_id, event_id
            ,"source":"orders"        | ``                        | source            | is required
            "event_id":"01890a5d-ac96 | "event_id":"01890a5d      | event_id          | expected a UUID of 36 characters
            "event_id":"01890a5d-ac96 | "event_id":"              | event_id          | expected a UUID
            "correlation_id":"01890   | "correlation_id":"zz890   | correlation_id    | expected a UUID of 36 characters
            "order.created"           | "order..created"          | event_type        | expected letters, digits
            "order.created"           | []                        | event_type        | is a list; expected a text
            "2026-01-31T12:00:00Z"    | "yesterday"               | timestamp         | is 'yesterday'; expected a time of RFC 3339
            "2026-01-31T12:00:00Z"    | 1769860800                | timestamp         | is a number; expected a time of RFC 3339
            {"x":[1]}                 | []                        | payload           | is a list; expected an object
            {"x":[1]}                 | "text"                    | payload           | is a text; expected an object
            {"x":[1]}                 | {"a":{"b":1,"b":2}}       | payload.a.b       | stands twice at line 1
            {"x":[1]}                 | {"a":[1,NaN]}             | payload.a[1]      | is not JSON at line 1
            {"x":[1]}                 | {"s":"\\ud800"}           | payload.s         | unpaired surrogate
            """)
    void aRefusedEventNamesTheField(String part, String replacement, String field, String problem) {
        assertRefused(EVENT, part, replacement, InProcessDomainEvent.class, field, problem);
    }

    @ParameterizedTest(name = "{0} -> {1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "unhealthy"         | "UNHEALTHY"         | status                    | is 'UNHEALTHY'; expected one of healthy, degraded, unhealthy
            "unhealthy"         | 2                   | status                    | is '2'; expected one of healthy
            "degraded"          | "broken"            | components.db.status      | is 'broken'; expected one of
            "message":"slow",   | ``                  | components.db.message     | is required when the status is degraded
            "duration_ms":1.5   | "duration_ms":"1.5" | components.db.duration_ms | is a text; expected a number
            "duration_ms":1.5   | "duration_ms":-1    | components.db.duration_ms | at least 0
            "duration_ms":1.5   | "duration_ms":null  | components.db.duration_ms | is null; expected a number
            "name":"db"         | "name":"other"      | components                | has 'other' under the name 'db'
            ,"native":{}        | ``                  | native                    | is required
            "native":{}         | "native":[]         | native                    | is a list; expected an object
            "native":{}         | "native":{},"native_layer":{} | native_layer              | is unknown
            "jvm":{}            | "jvm":{},"healthy":true | healthy               | is unknown
            """)
    void aRefusedHealthCheckNamesTheFieldWithItsPath(String part, String replacement, String field, String problem) {
        assertRefused(HEALTH, part, replacement, HealthCheck.class, field, problem);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"1.5", "1.0", "\"1\"", "true", "99999999999", "0", "null", "{}"})
    void anAttemptIsAWholeNumberFromOne(String attempt) {
        InvalidValueException refusal = refusal(STEP.replace(":1}", ":" + attempt + "}"), StepRequest.class);

        assertThat(refusal.field()).isEqualTo("attempt");
    }

    @Test
    void anEndingWithoutAStatusIsRefused() {
        String outcome = "{\"request\":" + STEP + ",\"result\":{\"kind\":\"timeout\",\"reason\":\"r\"},"
                + "\"execution_time\":\"PT1S\"}";

        assertRefused(outcome, "\"kind\"", "\"kind\"", StepOutcome.class, "result.status", "is required");
        assertRefused(
                outcome,
                "\"kind\":\"timeout\"",
                "\"status\":\"odd\"",
                StepOutcome.class,
                "result.status",
                "is 'odd'; expected failure or success");
        assertRefused(
                outcome,
                "\"kind\":\"timeout\"",
                "\"status\":\"failure\",\"kind\":\"odd\"",
                StepOutcome.class,
                "result.kind",
                "expected one of retryable, permanent, timeout");
        assertRefused(
                outcome.replace("\"kind\"", "\"status\":\"failure\",\"kind\""),
                "\"PT1S\"",
                "5",
                StepOutcome.class,
                "execution_time",
                "is a number; expected a duration of ISO 8601");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "``|is empty; expected an object",
                "`  `|is empty; expected an object",
                "null|is null; expected an object",
                "[]|is a list; expected an object",
                "5|is a number; expected an object",
                "{}{}|goes on after its end at line 1, column 3",
                "{} x|is not JSON at line 1",
                "{'a':1}|is not JSON at line 1, column 2",
                "// no|is not JSON",
            })
    void whatIsNotOneObjectIsRefused(String json, String problem) {
        InvalidValueException refusal = objectRefusal(json);

        assertThat(refusal.field()).isEqualTo("json");
        assertThat(refusal).hasMessageContaining(problem);
    }

    @Test
    void anEndThatIsMissingIsReportedWhereItIsMissed() {
        assertThat(objectRefusal("{\"a\":{\"b\":\"x"))
                .hasMessageContaining("'a.b' is not JSON at line 1")
                .hasMessageContaining("end-of-input");
    }

    @Test
    void theBoundsHold() {
        assertThat(objectRefusal("{\"a\":".repeat(80) + "1" + "}".repeat(80)))
                .hasMessageContaining("is too large: Document nesting depth (73) exceeds the maximum allowed (72)");
        assertThat(objectRefusal("{\"n\":" + "9".repeat(5_000) + "}")).hasMessageContaining("is too large: Number");
        assertThat(objectRefusal("{\"s\":\"" + "x".repeat(1_100_000) + "\"}"))
                .hasMessageContaining("is too large: String");
        assertThat(objectRefusal(" ".repeat(17 << 20))).hasMessageContaining("'json' has 17825792 characters");
    }

    @Test
    void aMessageStaysShortAndSpeaksNoJackson() {
        String json = EVENT.replace("2026-01-31T12:00:00Z", "x".repeat(10_000));

        assertThat(refusal(json, InProcessDomainEvent.class).getMessage()).hasSizeLessThan(400);
        assertThat(objectRefusal("{\"a\":NaN}").getMessage()).doesNotContain("JsonReadFeature", "`");
    }

    private static <T> void assertRefused(
            String json, String part, String replacement, Class<T> type, String field, String problem) {
        assertThat(json).contains(part);
        InvalidValueException refusal = refusal(json.replace(part, replacement), type);

        assertThat(refusal.field()).isEqualTo(field);
        assertThat(refusal).hasMessageContaining(problem).hasMessageStartingWith("TASKER-V101");
    }

    private static InvalidValueException refusal(String json, Class<?> type) {
        InvalidValueException refusal = catchThrowableOfType(InvalidValueException.class, () -> Json.read(json, type));
        assertThat(refusal).as(json).isNotNull();
        return refusal;
    }

    private static InvalidValueException objectRefusal(String json) {
        InvalidValueException refusal = catchThrowableOfType(InvalidValueException.class, () -> Json.object(json));
        assertThat(refusal).as(json).isNotNull();
        return refusal;
    }
}
