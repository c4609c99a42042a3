package tasker.nativecore.json;

import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tasker.events.api.InvalidValueException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Write and read the records of {@code tasker.events.api} as JSON; safe for use by many threads.
 *
 * <p>Names are snake_case, an empty {@code Optional} is left out, times are RFC 3339 in UTC, enums are lower case.
 * Whole numbers are read as {@code Integer}, {@code Long} or {@code BigInteger}, whichever is the smallest that holds
 * them; others as {@code BigDecimal}, so that nothing is lost. What is read is bounded in length and depth; a name that
 * stands twice, an unknown name, or anything after the end is refused.
 */
public final class Json {
    private static final JsonMapper MAPPER = ContractMapper.create();
    private static final ObjectWriter WRITER = MAPPER.writer();
    private static final ObjectWriter PRETTY_WRITER = MAPPER.writer().with(ContractMapper.prettyPrinter());
    private static final ObjectReader OBJECT_READER =
            MAPPER.readerFor(new TypeReference<Map<String, @Nullable Object>>() {});

    private Json() {}

    /**
     * Write as UTF-8 without white space.
     *
     * @throws InvalidValueException when the value holds what JSON cannot carry
     */
    public static byte[] bytes(Object value) {
        try {
            return WRITER.writeValueAsBytes(value);
        } catch (JacksonException e) {
            throw JsonFailures.ofWriting(e);
        }
    }

    /**
     * Write without white space.
     *
     * @throws InvalidValueException when the value holds what JSON cannot carry
     */
    public static String text(Object value) {
        return write(WRITER, value);
    }

    /**
     * Write for people, indented by two spaces.
     *
     * @throws InvalidValueException when the value holds what JSON cannot carry
     */
    public static String pretty(Object value) {
        return write(PRETTY_WRITER, value);
    }

    /**
     * Read a record.
     *
     * @throws InvalidValueException when the text is no JSON, a field is unknown, missing or refused; it names the
     *     field
     */
    public static <T> T read(String json, Class<T> type) {
        return read(json, text -> MAPPER.readValue(text, type));
    }

    /**
     * Read a JSON object.
     *
     * @throws InvalidValueException when the text is not one JSON object
     */
    public static Map<String, @Nullable Object> object(String json) {
        return read(json, text -> OBJECT_READER.readValue(text));
    }

    /**
     * Read a UUID in its one textual form: 8-4-4-4-12 hexadecimal digits, of which {@link UUID#fromString} alone would
     * take fewer or more.
     *
     * @throws IllegalArgumentException when the text is of another form
     */
    public static UUID uuid(String text) {
        boolean formed = text.length() == 36;
        for (int i = 0; formed && i < text.length(); i++) {
            char c = text.charAt(i);
            boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
            formed = hyphen ? c == '-' : HexFormat.isHexDigit(c);
        }
        if (!formed) {
            throw new IllegalArgumentException(text);
        }
        return UUID.fromString(text);
    }

    private static String write(ObjectWriter writer, Object value) {
        try {
            return writer.writeValueAsString(value);
        } catch (JacksonException e) {
            throw JsonFailures.ofWriting(e);
        }
    }

    private static <T> T read(String json, Function<String, @Nullable T> reader) {
        if (json.length() > ContractMapper.MAX_DOCUMENT_LENGTH) {
            throw new InvalidValueException(
                    "json",
                    "has " + json.length() + " characters; at most " + ContractMapper.MAX_DOCUMENT_LENGTH
                            + " are allowed");
        }
        @Nullable T value;
        try {
            value = reader.apply(json);
        } catch (JacksonException e) {
            throw JsonFailures.ofReading(e);
        }
        if (value == null) {
            throw new InvalidValueException("json", "is null; expected an object");
        }
        return value;
    }
}
