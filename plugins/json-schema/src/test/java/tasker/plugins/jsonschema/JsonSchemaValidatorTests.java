package tasker.plugins.jsonschema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.PayloadValidator;

class JsonSchemaValidatorTests {
    private final PayloadValidator validator = new JsonSchemaValidator();

    private List<String> problems(String schema, Map<String, @Nullable Object> payload) {
        return validator.compile(schema).problems(payload);
    }

    @Test
    void aPayloadThatMatchesHasNoProblems() {
        String schema = """
                {"type": "object", "required": ["output"], "properties": {"output": {
                    "type": "object", "required": ["total", "paid"], "properties": {
                        "total": {"type": "number", "minimum": 0, "multipleOf": 0.01},
                        "paid": {"type": "boolean"},
                        "note": {"type": ["string", "null"]},
                        "lines": {"type": "array", "items": {"type": "integer"}}},
                    "additionalProperties": false}}}
                """;

        assertThat(problems(
                        schema,
                        Map.of(
                                "output",
                                Map.of("total", new BigDecimal("12.30"), "paid", true, "lines", List.of(1, 2L)))))
                .isEmpty();
        assertThat(problems(schema, Map.of("output", Map.of("total", 0, "paid", false))))
                .isEmpty();
    }

    @Test
    void eachProblemSaysWhereItIs() {
        String schema = """
                {"required": ["step_id"], "properties": {"output": {"properties": {
                    "total": {"minimum": 0}, "lines": {"items": {"type": "integer"}}}}}}
                """;

        assertThat(problems(schema, Map.of("output", Map.of("total", -1, "lines", Arrays.asList(1, null)))))
                .hasSize(3)
                .anyMatch(problem -> problem.startsWith("the whole ") && problem.contains("step_id"))
                .anyMatch(problem -> problem.startsWith("/output/total "))
                .anyMatch(problem -> problem.startsWith("/output/lines/1 "));
    }

    @Test
    void aMissingValueIsNotTheSameAsNull() {
        String schema = "{\"required\": [\"note\"]}";

        assertThat(problems(schema, Collections.singletonMap("note", null))).isEmpty();
        assertThat(problems(schema, Map.of())).hasSize(1);
    }

    @Test
    void aSchemaMayNameAnOlderDraft() {
        // In draft 4 exclusiveMinimum is a boolean, which the later ones refuse.
        String rest = "\"properties\": {\"n\": {\"minimum\": 3, \"exclusiveMinimum\": true}}}";

        assertThat(problems("{\"$schema\": \"http://json-schema.org/draft-04/schema#\", " + rest, Map.of("n", 3)))
                .hasSize(1);
        assertThatThrownBy(() -> validator.compile('{' + rest))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("/properties/n/exclusiveMinimum");
    }

    @Test
    void twoSchemasOfOneIdDoNotMeet() {
        PayloadValidator.Schema one =
                validator.compile("{\"$id\": \"https://example.com/a\", \"required\": [\"one\"]}");
        PayloadValidator.Schema two =
                validator.compile("{\"$id\": \"https://example.com/a\", \"required\": [\"two\"]}");

        assertThat(one.problems(Map.of("one", 1))).isEmpty();
        assertThat(two.problems(Map.of("one", 1))).hasSize(1);
    }

    @Test
    void aSchemaMayReferToItsPartsAndToItself() {
        String tree = """
                {"$defs": {"leaf": {"type": "integer"}},
                 "properties": {"value": {"$ref": "#/$defs/leaf"}, "next": {"$ref": "#"}}}
                """;

        assertThat(problems(tree, Map.of("value", 1, "next", Map.of("value", 2))))
                .isEmpty();
        assertThat(problems(tree, Map.of("next", Map.of("next", Map.of("value", "x")))))
                .singleElement()
                .asString()
                .startsWith("/next/next/value ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no json            | it is no JSON",
                "{\"a\": 1, \"a\": 2}   | it is no JSON",
                "{} {}              | it is no JSON",
                "5                  | ",
                "{\"type\": \"strin\"}  | /type",
                "{\"required\": 5}    | /required",
                "{\"$ref\": \"#/nope\"} | nope",
                "{\"$ref\": \"#\"}      | without end",
                "{\"$schema\": \"https://example.com/mine\"} | https://example.com/mine",
                "{\"properties\": {\"x\": {\"pattern\": \"(\"}}} | Unclosed group",
            })
    void whatIsNoSchemaIsRefused(String schema, @Nullable String reason) {
        assertThatThrownBy(() -> validator.compile(schema))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageStartingWith("TASKER-V101 'schema' is no JSON Schema: ")
                .hasMessageContaining(reason == null ? "" : reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"$ref\": \"%s\"}", "{\"properties\": {\"x\": {\"$ref\": \"%s\"}}}"})
    void nothingIsFetchedFromTheNetwork(String schema) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "http://127.0.0.1:" + server.getLocalPort() + "/x.json";

            assertThatThrownBy(() -> validator.compile(schema.formatted(address)))
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageContaining("refers to " + address + ", and nothing is fetched");

            server.setSoTimeout(1);
            assertThatThrownBy(server::accept)
                    .as("a connection would wait in the backlog")
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void nothingIsReadFromAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("x.json"), "{}");

        for (String address : List.of(file.toUri().toString(), "classpath:draft/2020-12/schema")) {
            assertThatThrownBy(() -> validator.compile("{\"$ref\": \"" + address + "\"}"))
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageContaining("nothing is fetched");
        }
    }
}
