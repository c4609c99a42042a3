package tasker.events.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasker.events.api.EventPattern;

@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PatternIndexTests {
    /** Few names, so that patterns and types meet often; one is the start of another. */
    private static final List<String> NAMES = List.of("a", "b", "ab", "order");

    @ParameterizedTest
    @CsvSource({
        "*, order",
        "*, order.created",
        "order.*, order.created",
        "#.failed, failed",
        "#.failed, order.item.failed",
        "order.#, order",
        "order.#.failed, order.failed",
        "#.#, a",
        "#.a.#.a.#, a.b.a",
        "*.*, a.b"
    })
    void aPatternThatMatchesIsFound(String pattern, String type) {
        assertThat(index(pattern).match(type)).extracting(EventPattern::text).containsExactly(pattern);
    }

    @ParameterizedTest
    @CsvSource({"order.*, order", "order.*, order.item.created", "*.*, a", "#.failed, failed.order", "a.#.b, a.b.c"})
    void aPatternThatDoesNotMatchIsNot(String pattern, String type) {
        assertThat(index(pattern).match(type)).isEmpty();
    }

    @Test
    void entriesAreFoundOnceEachInTheirOrder() {
        PatternIndex<EventPattern> index = index("#", "a.b", "#.#", "*.b", "c", "#.b.#", "a.b");
        assertThat(index.match("a.b"))
                .extracting(EventPattern::text)
                .containsExactly("#", "a.b", "#.#", "*.b", "#.b.#", "a.b");
        assertThat(index.match("c")).extracting(EventPattern::text).containsExactly("#", "#.#", "c");
        assertThat(index().match("a")).isEmpty();
    }

    /** What one pattern says of one type is the measure; the seed of a round that fails stands in the assertion. */
    @RepeatedTest(20)
    void theIndexFindsWhatThePatternsThemselvesMatch(RepetitionInfo round) {
        long seed = 0x7A5C_0000L + round.getCurrentRepetition();
        Random random = new Random(seed);
        List<EventPattern> patterns = new ArrayList<>();
        for (int i = random.nextInt(60); i >= 0; i--) {
            patterns.add(EventPattern.parse(segments(random, 6, PatternIndexTests::patternSegment)));
        }
        PatternIndex<EventPattern> index = new PatternIndex<>(patterns, Function.identity());
        int matches = 0;
        for (int i = 0; i < 500; i++) {
            String type = segments(random, 8, PatternIndexTests::name);
            List<EventPattern> expected =
                    patterns.stream().filter(pattern -> pattern.matches(type)).toList();
            assertThat(index.match(type)).as("seed %x, type %s", seed, type).isEqualTo(expected);
            matches += expected.size();
        }
        assertThat(matches)
                .as("seed %x: the comparison compares something", seed)
                .isPositive();
    }

    @Test
    void theManyWaysOfManyHashesAreWalkedOnce() {
        String pattern = "#.a.".repeat(60) + "b";
        String type = "a.".repeat(120) + "a";
        assertThat(index(pattern).match(type)).isEmpty();
        assertThat(index(pattern).match(type + ".b")).hasSize(1);
    }

    private static PatternIndex<EventPattern> index(String... patterns) {
        return new PatternIndex<>(
                List.of(patterns).stream().map(EventPattern::parse).toList(), Function.identity());
    }

    private static String segments(Random random, int most, Function<Random, String> segment) {
        StringBuilder text = new StringBuilder(segment.apply(random));
        for (int i = random.nextInt(most); i > 0; i--) {
            text.append('.').append(segment.apply(random));
        }
        return text.toString();
    }

    private static String patternSegment(Random random) {
        int kind = random.nextInt(4);
        return kind == 0 ? "*" : kind == 1 ? "#" : name(random);
    }

    private static String name(Random random) {
        return NAMES.get(random.nextInt(NAMES.size()));
    }
}
