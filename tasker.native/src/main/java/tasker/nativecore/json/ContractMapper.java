package tasker.nativecore.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import tasker.events.api.DomainEvent;
import tasker.events.api.HealthCheck;
import tasker.events.api.StepResult;
import tasker.events.api.spi.DatabaseSettings;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/** Set Jackson up for the contracts: strict, bounded, and without a look into what they do not export. */
final class ContractMapper {
    /** A health check holds several objects of the size of a payload. */
    static final int MAX_DOCUMENT_LENGTH = 16 * DomainEvent.MAX_PAYLOAD_BYTES;

    /** A payload at its deepest, inside of a component's details or a step's outcome. */
    static final int MAX_DEPTH = DomainEvent.MAX_PAYLOAD_DEPTH + 8;

    /** A number of 1,000 digits, the most that a payload may hold, with sign, point and exponent. */
    private static final int MAX_NUMBER_LENGTH = 1_016;

    private ContractMapper() {}

    static JsonMapper create() {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxStringLength(DomainEvent.MAX_PAYLOAD_BYTES)
                        .maxNameLength(DomainEvent.MAX_PAYLOAD_BYTES)
                        .maxNumberLength(MAX_NUMBER_LENGTH)
                        .maxDocumentLength(MAX_DOCUMENT_LENGTH)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        return JsonMapper.builder(factory)
                .annotationIntrospector(new ContractIntrospector())
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .changeDefaultPropertyInclusion(
                        inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_ABSENT))
                // Jackson's module does not read that of the contracts: it reaches their exported, public members only
                // by making them accessible, which needs no opened package.
                .enable(
                        MapperFeature.INFER_RECORD_GETTERS_FROM_COMPONENTS_ONLY,
                        MapperFeature.CAN_OVERRIDE_ACCESS_MODIFIERS,
                        MapperFeature.OVERRIDE_PUBLIC_ACCESS_MODIFIERS)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS, MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .enable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .withCoercionConfig(LogicalType.Textual, ContractMapper::refuseNonText)
                .addModule(TextReader.module())
                .addMixIn(HealthCheck.class, Mixins.OfHealthCheck.class)
                .addMixIn(StepResult.class, Mixins.OfStepResult.class)
                .addMixIn(DatabaseSettings.class, Mixins.OfDatabaseSettings.class)
                .build();
    }

    /** A number is no text, whatever the switch for all scalars says. */
    private static void refuseNonText(MutableCoercionConfig coercions) {
        for (CoercionInputShape shape :
                List.of(CoercionInputShape.Boolean, CoercionInputShape.Float, CoercionInputShape.Integer)) {
            coercions.setCoercion(shape, CoercionAction.Fail);
        }
    }

    /** Two spaces a level, one value a line. */
    static PrettyPrinter prettyPrinter() {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        return new DefaultPrettyPrinter(Separators.createDefaultInstance()
                        .withObjectNameValueSpacing(Separators.Spacing.AFTER)
                        .withObjectEmptySeparator("")
                        .withArrayEmptySeparator(""))
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter);
    }
}
