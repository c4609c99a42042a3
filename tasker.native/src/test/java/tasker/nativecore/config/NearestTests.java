package tasker.nativecore.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTests {
    @ParameterizedTest(name = "{0} to {1}: {2}")
    @CsvSource({
        "'', '', 0",
        "'', abc, 3",
        "abc, '', 3",
        "abc, abc, 0",
        "abc, abd, 1",
        "abc, ab, 1",
        "abc, xabc, 1",
        "abc, acb, 1",
        "ca, abc, 3",
        "kitten, sitting, 3",
    })
    void editsAreCounted(String from, String to, int distance) {
        assertThat(Nearest.distance(from, to)).isEqualTo(distance);
        assertThat(Nearest.distance(to, from)).isEqualTo(distance);
    }

    @Test
    void nothingIsSuggestedForWhatResemblesNothing() {
        List<String> known = List.of("namespace", "environment");

        assertThat(Nearest.to("colour", known)).isEmpty();
        assertThat(Nearest.to("x".repeat(1_000_000), known)).isEmpty();
        assertThat(Nearest.to("NAME_SPACE", known)).contains("namespace");
    }
}
