package tasker.nativecore.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.InvalidValueException;
import tasker.events.api.StepLimits;
import tasker.events.api.StepRequest;

/** How a step is asked for in JSON. */
class StepMessageTests {
    @Test
    void aMessageSurvivesARoundTrip() {
        StepMessage message = new StepMessage(
                StepRequest.of("charge", Map.of("amount", 5)),
                StepLimits.attempts(7)
                        .withTimeout(Duration.ofSeconds(2))
                        .withRetryDelays(Duration.ofMillis(3), Duration.ofMillis(40)));

        assertThat(StepMessage.read(message.json())).isEqualTo(message);
    }

    @Test
    void allButTheHandlerMayBeLeftOut() {
        StepMessage message = StepMessage.read("{\"handler\":\"charge\"}");

        assertThat(message.limits()).isEqualTo(StepLimits.once());
        assertThat(message.request())
                .returns("charge", StepRequest::handler)
                .returns(1, StepRequest::attempt)
                .returns(Map.of(), StepRequest::input)
                .returns(Optional.of(message.request().stepId()), StepRequest::correlationId);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            []                                                  | json
            {"input":{}}                                        | handler
            {"handler":7}                                       | handler
            {"handler":"a","input":[]}                          | input
            {"handler":"a","step_id":"1-2-3-4-5"}               | step_id
            {"handler":"a","attempt":0}                         | attempt
            {"handler":"a","attempt":"1"}                       | attempt
            {"handler":"a","colour":"red"}                      | colour
            {"handler":"a","limits":{"max_attempts":0}}         | max_attempts
            {"handler":"a","limits":{"timeout_ms":0}}           | timeout_ms
            {"handler":"a","limits":{"retries":3}}              | limits.retries
            """)
    void nonsenseIsRefusedByTheNameOfItsField(String json, String field) {
        assertThatThrownBy(() -> StepMessage.read(json))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("'" + field + "'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"max_attempts":0}       | 'max_attempts' is 0; expected a whole number from 1 to 1000
            {"max_attempts":1001}    | 'max_attempts' is 1001; expected a whole number from 1 to 1000
            {"timeout_ms":0}         | 'timeout_ms' is 0; expected a whole number from 1 to 86400000
            {"timeout_ms":"5"}       | 'timeout_ms' is the text "5"; expected a whole number from 1 to 86400000
            {"timeout_ms":1.5}       | 'timeout_ms' is 1.5; expected a whole number from 1 to 86400000
            {"retry_delay_ms":-1}    | 'retry_delay_ms' is -1; expected a whole number from 0 to 86400000
            """)
    void aLimitThatIsRefusedIsShownWithWhatIsExpected(String limits, String problem) {
        assertThatThrownBy(() -> StepMessage.read("{\"handler\":\"a\",\"limits\":" + limits + "}"))
                .hasMessage("TASKER-V101 " + problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"handler\":\"a\"", "{\"handler\":", "{\"handler\":[1,", "{\"handler\":\"a", "{]", "nonsense"})
    void textThatIsNoJsonIsRefusedInWordsForPeople(String json) {
        assertThatThrownBy(() -> StepMessage.read(json))
                .hasMessageStartingWith("TASKER-V101 '")
                .hasMessageContaining("is not JSON")
                .hasMessageContaining("line 1")
                .hasMessageNotContainingAny("Source", "REDACTED", "StreamReadFeature");
    }

    @Test
    void aReferenceToAStepIsKnownAsSuch() {
        assertThat(StepMessage.isReference(
                        Json.object("{\"task_uuid\":\"a\",\"step_uuid\":\"b\",\"correlation_id\":\"c\"}")))
                .isTrue();
        assertThat(StepMessage.isReference(Json.object("{\"handler\":\"charge\"}")))
                .isFalse();
    }
}
