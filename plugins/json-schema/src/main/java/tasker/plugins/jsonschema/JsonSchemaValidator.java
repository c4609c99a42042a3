package tasker.plugins.jsonschema;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.PayloadValidator;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Check payloads by JSON Schema, of draft 2020-12 where {@code $schema} names no other.
 *
 * <p>A schema may refer to its own parts and to the schemas of the drafts, and to nothing else: nothing is ever
 * fetched, neither from the network nor from a file. A schema that its draft's own schema refuses is refused here. As
 * the drafts say by default, {@code format} only describes. Safe for use by many threads.
 */
public final class JsonSchemaValidator implements PayloadValidator {
    private static final List<String> DRAFTS =
            List.of("https://json-schema.org/draft/", "http://json-schema.org/draft-");
    private static final int SHOWN_PROBLEMS = 5;

    private final JsonMapper mapper = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Made by {@link java.util.ServiceLoader}. */
    public JsonSchemaValidator() {}

    @Override
    public String name() {
        return "json-schema";
    }

    @Override
    public Schema compile(String text) {
        JsonNode root = parse(text);
        com.networknt.schema.Schema schema;
        try {
            SchemaRegistry registry = registry();
            checkDraft(registry, root);
            schema = registry.getSchema(root);
            schema.initializeValidators();
            // What is found only now, such as a schema that refers to itself without end, would fail every event.
            schema.validate(mapper.createObjectNode());
        } catch (SchemaException e) {
            throw refused(String.valueOf(e.getMessage()));
        } catch (StackOverflowError ignored) {
            throw refused("it refers to itself without end");
        }
        return payload -> schema.validate(mapper.<JsonNode>valueToTree(payload)).stream()
                .map(JsonSchemaValidator::describe)
                .toList();
    }

    private JsonNode parse(String text) {
        try {
            return mapper.readTree(text);
        } catch (JacksonException e) {
            throw refused("it is no JSON: "
                    + String.valueOf(e.getOriginalMessage()).replaceAll("\\[Source: [^;\\]]*; ([^\\]]*)\\]", "$1"));
        }
    }

    /** One for each schema, so that two with one {@code $id} do not meet. */
    private static SchemaRegistry registry() {
        return SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemaLoader(loader -> loader.allow(address -> isOfDraft(address.toString())))
                        .schemaRegistryConfig(SchemaRegistryConfig.builder()
                                .locale(Locale.ROOT)
                                .build()));
    }

    private static boolean isOfDraft(String address) {
        if (DRAFTS.stream().anyMatch(address::startsWith)) {
            return true;
        }
        throw refused("it refers to " + address + ", and nothing is fetched; put that schema into $defs");
    }

    /** Let the draft's own schema check it, which says where something is wrong. */
    private static void checkDraft(SchemaRegistry registry, JsonNode root) {
        String draft = root.path("$schema").asString(SpecificationVersion.DRAFT_2020_12.getDialectId());
        List<Error> errors = registry.getSchema(SchemaLocation.of(draft)).validate(root);
        if (!errors.isEmpty()) {
            throw refused(errors.stream()
                    .limit(SHOWN_PROBLEMS)
                    .map(JsonSchemaValidator::describe)
                    .collect(Collectors.joining("; ")));
        }
    }

    private static String describe(Error error) {
        String place = error.getInstanceLocation().toString();
        return (place.isEmpty() ? "the whole" : place) + ' ' + error.getMessage();
    }

    private static InvalidValueException refused(String problem) {
        return new InvalidValueException("schema", "is no JSON Schema: " + problem);
    }
}
