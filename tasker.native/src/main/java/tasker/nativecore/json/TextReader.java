package tasker.nativecore.json;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.module.SimpleModule;

/**
 * Read a value from its one textual form.
 *
 * <p>Jackson's own readers take numbers for times, which could be seconds or milliseconds, and other forms for UUIDs.
 */
final class TextReader<T> extends StdScalarDeserializer<T> {
    private final transient Function<String, T> parser;

    private TextReader(Class<T> type, Function<String, T> parser) {
        super(type);
        this.parser = parser;
    }

    /** Read UUIDs, times of RFC 3339 and durations of ISO 8601. */
    static SimpleModule module() {
        return new SimpleModule("tasker")
                .addDeserializer(UUID.class, new TextReader<>(UUID.class, Json::uuid))
                .addDeserializer(Instant.class, new TextReader<>(Instant.class, Instant::parse))
                .addDeserializer(Duration.class, new TextReader<>(Duration.class, Duration::parse));
    }

    @Override
    public T deserialize(JsonParser json, DeserializationContext context) {
        if (!json.hasToken(JsonToken.VALUE_STRING)) {
            return context.reportInputMismatch(this, "expected a text");
        }
        String text = json.getString();
        try {
            return parser.apply(text);
        } catch (DateTimeException | IllegalArgumentException ignored) {
            throw context.weirdStringException(text, handledType(), "malformed");
        }
    }
}
