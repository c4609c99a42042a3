package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tasker.events.api.EventPattern;

class TypePatternTests {
    private static final List<String> SEGMENTS = List.of("a", "b", "a-b_1", "*", "#");

    /** PostgreSQL's dialect and Java's agree on everything that these expressions use. */
    @Test
    void theExpressionMatchesWhatThePatternMatches() {
        Random random = new Random(11);
        int matches = 0;
        for (int i = 0; i < 20_000; i++) {
            EventPattern pattern = EventPattern.parse(segments(random, SEGMENTS.size()));
            String type = segments(random, 3);
            boolean expected = pattern.matches(type);
            assertThat(("." + type).matches(TypePattern.regex(pattern)))
                    .as("%s, %s", pattern, type)
                    .isEqualTo(expected);
            matches += expected ? 1 : 0;
        }
        assertThat(matches).isBetween(1_000, 19_000);
    }

    private static String segments(Random random, int kinds) {
        return IntStream.rangeClosed(0, random.nextInt(4))
                .mapToObj(i -> SEGMENTS.get(random.nextInt(kinds)))
                .collect(Collectors.joining("."));
    }
}
