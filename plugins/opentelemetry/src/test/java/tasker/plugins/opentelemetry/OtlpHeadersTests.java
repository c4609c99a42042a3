package tasker.plugins.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.InvalidValueException;

class OtlpHeadersTests {
    @Test
    void valuesAreDecodedAndAPlusSignStays() {
        assertThat(OtlpHeaders.parse(
                        Optional.of("authorization=Basic YWJj+ZGVm/Zw==, x-key = a%2Cb%25%3D%20c ,empty=")))
                .isEqualTo(Map.of("authorization", "Basic YWJj+ZGVm/Zw==", "x-key", "a,b%= c", "empty", ""));
        assertThat(OtlpHeaders.parse(Optional.empty())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3cret",
                "=s3cret",
                "a=b,s3cret",
                "a b=s3cret",
                "k\u00e9y=s3cret",
                "key=s3cret%zz",
                "key=s3cret%",
                "key=s3cret%0d%0aX-Other: 1",
                "key=s3cret%C3%A9"
            })
    void whatCannotBeSentIsRefusedWithoutShowingIt(String text) {
        assertThatThrownBy(() -> OtlpHeaders.parse(Optional.of(text)))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("'headers'")
                .hasMessageNotContaining("s3cret")
                .hasNoCause();
    }
}
