package tasker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.PayloadValidator;

/** Test what {@link PayloadValidator} promises, with schemas that every draft of JSON Schema understands. */
public abstract class PayloadValidatorContract extends WorkerServiceContract<PayloadValidator> {
    private static final String ORDER = """
            {"type": "object", "required": ["id"], "properties": {
                "id": {"type": "integer"}, "note": {"type": ["string", "null"]}, "lines": {"items": {"type": "string"}}}}
            """;

    /** For subclasses. */
    protected PayloadValidatorContract() {}

    /** {@link PayloadValidator.Schema#problems}: empty when nothing is wrong. */
    @Test
    public void findsNothingWrongWithWhatMatches() throws Exception {
        assertThat(problems(ORDER, Map.of("id", 1, "lines", List.of("a", "b")))).isEmpty();
    }

    /** {@link PayloadValidator.Schema#problems}: what is wrong with the payload. */
    @Test
    public void findsWhatDoesNotMatch() throws Exception {
        assertThat(problems(ORDER, Map.of())).as("a required value is missing").isNotEmpty();
    }

    /** {@link PayloadValidator.Schema#problems}: each with its place. */
    @Test
    public void eachProblemHasItsPlace() throws Exception {
        assertThat(problems(ORDER, Map.of("id", "one", "lines", List.of("a", 2))))
                .anyMatch(problem -> problem.contains("id"))
                .anyMatch(problem -> problem.contains("lines") && problem.contains("1"))
                .hasSize(2);
    }

    /** {@link PayloadValidator.Schema#problems}: a value of a payload may be null, as JSON's is. */
    @Test
    public void nullIsAValue() throws Exception {
        PayloadValidator.Schema schema = start().compile("{\"required\": [\"note\"]}");

        assertThat(schema.problems(Collections.singletonMap("note", null))).isEmpty();
    }

    /** {@link PayloadValidator#compile}: refuses text that is no JSON. */
    @Test
    public void textThatIsNoJsonIsRefused() throws Exception {
        PayloadValidator validator = start();

        assertThatThrownBy(() -> validator.compile("{\"type\":")).isInstanceOf(InvalidValueException.class);
    }

    /** {@link PayloadValidator#compile}: refuses JSON that is no schema. */
    @Test
    public void jsonThatIsNoSchemaIsRefused() throws Exception {
        PayloadValidator validator = start();

        assertThatThrownBy(() -> validator.compile("{\"properties\": {\"id\": {\"type\": 5}}}"))
                .isInstanceOf(InvalidValueException.class);
    }

    /** {@link PayloadValidator#compile}: called once for each declared event; one schema is not another. */
    @Test
    public void schemasAreKeptApart() throws Exception {
        PayloadValidator validator = start();
        PayloadValidator.Schema first = validator.compile("{\"required\": [\"first\"]}");
        PayloadValidator.Schema second = validator.compile("{\"required\": [\"second\"]}");

        assertThat(first.problems(Map.of("first", 1))).isEmpty();
        assertThat(second.problems(Map.of("first", 1))).hasSize(1);
    }

    /** {@link PayloadValidator.Schema}: safe for use by many threads. */
    @Test
    public void checksForManyThreadsAtOnce() throws Exception {
        PayloadValidator.Schema schema = start().compile(ORDER);

        waiting().sideBySide("all payloads are checked", 4, () -> {
            for (int i = 0; i < 200; i++) {
                assertThat(schema.problems(Map.of("id", i))).isEmpty();
                assertThat(schema.problems(Map.of("id", "x" + i))).hasSize(1);
            }
        });
    }

    private List<String> problems(String schema, Map<String, @Nullable Object> payload) throws Exception {
        return start().compile(schema).problems(payload);
    }
}
