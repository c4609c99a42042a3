package tasker.events.api;

import static org.assertj.core.api.Assertions.assertThat;
import static tasker.events.api.DomainEventTests.assertRefused;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventPatternTests {
    @ParameterizedTest(name = "{0} matches {1}: {2}")
    @CsvSource({
        "*,              order,                 true",
        "*,              order.created,         true",
        "#,              order.line.created,    true",
        "order,          order,                 true",
        "order,          orders,                false",
        "orders,         order,                 false",
        "order,          order.created,         false",
        "order.created,  order.created,         true",
        "order.created,  order.create,          false",
        "order.created,  order.createdx,        false",
        "order.created,  Order.created,         false",
        "order.*,        order.created,         true",
        "order.*,        order,                 false",
        "order.*,        order.line.created,    false",
        "*.*,            order.created,         true",
        "*.*,            order,                 false",
        "*.created,      order.created,         true",
        "*.created,      created,               false",
        "order.#,        order,                 true",
        "order.#,        order.created,         true",
        "order.#,        order.line.created,    true",
        "order.#,        orders.created,        false",
        "#.created,      created,               true",
        "#.created,      order.line.created,    true",
        "#.created,      order.created.twice,   false",
        "a.#.z,          a.z,                   true",
        "a.#.z,          a.b.c.z,               true",
        "a.#.z,          a.z.b.z,               true",
        "a.#.z,          a.z.b,                 false",
        "#.b.#,          a.b.c,                 true",
        "#.b.#,          b,                     true",
        "#.b.#,          a.c,                   false",
        "#.*,            a,                     true",
        "#.*.*,          a,                     false",
        "#.a.b,          a.b.a.b,               true",
        "#.a.b,          a.a.b,                 true",
        "#.a.*.b,        a.a.a.x.b,             true",
        "#.#,            a,                     true",
        "a.#.#.b,        a.b,                   true",
        "*.#,            a,                     true",
        "#.a.#.a.#,      a.b,                   false",
        "#.a.#.a.#,      x.a.y.a.z,             true",
    })
    void patternsMatchBySegments(String pattern, String type, boolean matches) {
        assertThat(EventPattern.parse(pattern).matches(type)).isEqualTo(matches);
    }

    @Test
    void everyPatternAgreesWithARegularExpression() {
        SplittableRandom random = new SplittableRandom(11);
        List<String> words = List.of("a", "b", "ab", "*", "#");
        for (int i = 0; i < 20_000; i++) {
            String pattern = join(random, words, 1 + random.nextInt(5));
            String type = join(random, words.subList(0, 3), 1 + random.nextInt(6));
            assertThat(EventPattern.parse(pattern).matches(type))
                    .as("%s matches %s", pattern, type)
                    .isEqualTo(pattern.equals("*") || ("." + type).matches(regex(pattern)));
        }
    }

    @Test
    void manyWildcardsAreMatchedAsFewAre() {
        // So few that even a matcher that tries every way to spread the segments over the wildcards ends.
        EventPattern pattern = EventPattern.parse("#.a.".repeat(7) + "b");

        assertThat(pattern.matches("a.".repeat(14) + "c")).isFalse();
        assertThat(pattern.matches("a.".repeat(14) + "b")).isTrue();
        assertThat(pattern.matches("a.".repeat(6) + "b")).isFalse();
        assertThat(pattern.matches("x.a.".repeat(7) + "b")).isTrue();
        assertThat(pattern.matches("x.a.".repeat(7) + "b.x")).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", " ", ".", "a.", ".a", "a..b", "a*", "a.b#", "**", "a b", "a.é"})
    void malformedPatternsAreRefused(String pattern) {
        assertRefused("pattern", () -> EventPattern.parse(pattern));
    }

    @Test
    void patternsAreValues() {
        assertThat(EventPattern.parse("order.*"))
                .isEqualTo(EventPattern.parse("order.*"))
                .hasSameHashCodeAs(EventPattern.parse("order.*"))
                .isNotEqualTo(EventPattern.parse("order.#"))
                .hasToString("order.*");
        assertThat(EventPattern.all()).isEqualTo(EventPattern.parse("*"));
        assertThat(EventPattern.all().text()).isEqualTo("*");
    }

    private static String join(SplittableRandom random, List<String> words, int count) {
        String[] segments = new String[count];
        Arrays.setAll(segments, i -> words.get(random.nextInt(words.size())));
        return String.join(".", segments);
    }

    private static String regex(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (String segment : pattern.split("\\.", -1)) {
            regex.append(
                    switch (segment) {
                        case "#" -> "(\\.[^.]+)*";
                        case "*" -> "\\.[^.]+";
                        default -> "\\." + segment;
                    });
        }
        return regex.toString();
    }
}
