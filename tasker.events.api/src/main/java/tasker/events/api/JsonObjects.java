package tasker.events.api;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.temporal.Temporal;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Copy JSON objects so that what was checked is what will be written.
 *
 * <p>The copy keeps the order of keys, is unmodifiable at every level, holds only JSON's own kinds of value (UUIDs,
 * enums and ISO-8601 times become strings), and is bounded in size and depth. Copying a copy costs nothing.
 */
final class JsonObjects {
    private JsonObjects() {}

    static Map<String, @Nullable Object> copy(@Nullable Map<String, ? extends @Nullable Object> object, String field) {
        if (object instanceof Copied copied) {
            return copied;
        }
        return new Copier().object(Checks.required(object, field), field, 1);
    }

    /** See a map of any value type as a JSON object, without a copy. */
    static Map<String, @Nullable Object> view(Map<String, ? extends @Nullable Object> object) {
        return object instanceof Copied copied ? copied : Collections.unmodifiableMap(object);
    }

    /** An object that this class made, so that it need not be copied again. */
    private static final class Copied extends AbstractMap<String, @Nullable Object> {
        private final Map<String, @Nullable Object> members;

        Copied(Map<String, @Nullable Object> members) {
            this.members = Collections.unmodifiableMap(members);
        }

        @Override
        public Set<Entry<String, @Nullable Object>> entrySet() {
            return members.entrySet();
        }

        @Override
        public @Nullable Object get(@Nullable Object key) {
            return members.get(key);
        }

        @Override
        public boolean containsKey(@Nullable Object key) {
            return members.containsKey(key);
        }
    }

    /** One walk over an object, which counts the bytes that it will take as UTF-8 JSON. */
    private static final class Copier {
        private static final int MAX_DIGITS = 1_000;

        /** The decimal logarithm of 2, rounded down. */
        private static final double DIGITS_PER_BIT = 0.3010;

        private long bytes;

        Copied object(Map<?, ?> source, String path, int depth) {
            enter(source.size(), path, depth);
            Map<String, @Nullable Object> members = LinkedHashMap.newLinkedHashMap(source.size());
            for (Map.Entry<?, ?> member : source.entrySet()) {
                if (!(member.getKey() instanceof String key)) {
                    throw new InvalidValueException(path, "has the key " + member.getKey() + "; keys must be strings");
                }
                String memberPath = path + '.' + key;
                text(key, memberPath);
                add(1, path);
                members.put(key, value(member.getValue(), memberPath, depth));
            }
            return new Copied(members);
        }

        private List<@Nullable Object> array(Collection<?> source, String path, int depth) {
            enter(source.size(), path, depth);
            List<@Nullable Object> elements = new ArrayList<>(source.size());
            for (Object element : source) {
                elements.add(value(element, path + '[' + elements.size() + ']', depth));
            }
            return Collections.unmodifiableList(elements);
        }

        private @Nullable Object value(@Nullable Object value, String path, int depth) {
            return switch (value) {
                case null -> literal(null, 4, path);
                case String text -> text(text, path);
                case Boolean bool -> literal(bool, bool ? 4 : 5, path);
                case Number number -> number(number, path);
                case Map<?, ?> map -> object(map, path, depth + 1);
                case Collection<?> collection -> array(collection, path, depth + 1);
                case UUID uuid -> text(uuid.toString(), path);
                case Enum<?> constant -> text(constant.name(), path);
                case Temporal time -> text(time.toString(), path);
                default ->
                    throw new InvalidValueException(
                            path,
                            "is a " + value.getClass().getName()
                                    + "; expected a string, number, boolean, null, list or map");
            };
        }

        private Number number(Number number, String path) {
            Number copy = switch (number) {
                case Integer integer -> integer;
                case Long whole -> whole;
                case Byte small -> small.intValue();
                case Short small -> small.intValue();
                case Double real -> finite(real, path);
                case Float real -> finite(Double.parseDouble(real.toString()), path);
                case BigInteger integer -> digits(integer, (long) (integer.bitLength() * DIGITS_PER_BIT), path);
                case BigDecimal decimal ->
                    digits(decimal, Math.max(decimal.precision(), Math.abs((long) decimal.scale())), path);
                default -> other(number, path);
            };
            add(copy.toString().length(), path);
            return copy;
        }

        /** Numbers such as {@code AtomicLong} say their value only as text. */
        private static Number other(Number number, String path) {
            try {
                BigDecimal decimal = new BigDecimal(number.toString());
                return digits(decimal, Math.max(decimal.precision(), Math.abs((long) decimal.scale())), path);
            } catch (NumberFormatException ignored) {
                throw new InvalidValueException(
                        path, "is a " + number.getClass().getName() + ", whose text is no decimal number");
            }
        }

        private static Double finite(double value, String path) {
            if (!Double.isFinite(value)) {
                throw new InvalidValueException(path, "is " + value + "; JSON has no such number");
            }
            return value;
        }

        private static Number digits(Number number, long digits, String path) {
            if (digits > MAX_DIGITS) {
                throw new InvalidValueException(path, "has more than " + MAX_DIGITS + " digits");
            }
            return number;
        }

        private @Nullable Object literal(@Nullable Object value, int length, String path) {
            add(length, path);
            return value;
        }

        private String text(String text, String path) {
            add(JsonText.utf8Length(text, path), path);
            return text;
        }

        private void enter(int size, String path, int depth) {
            if (depth > DomainEvent.MAX_PAYLOAD_DEPTH) {
                throw new InvalidValueException(
                        path, "is nested deeper than " + DomainEvent.MAX_PAYLOAD_DEPTH + " levels");
            }
            add(2L + Math.max(0, size - 1), path);
        }

        private void add(long count, String path) {
            bytes += count;
            if (bytes > DomainEvent.MAX_PAYLOAD_BYTES) {
                throw new InvalidValueException(
                        path, "makes the JSON larger than " + DomainEvent.MAX_PAYLOAD_BYTES + " bytes");
            }
        }
    }
}
