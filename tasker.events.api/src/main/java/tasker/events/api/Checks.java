package tasker.events.api;

import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Check values of this package's records; every failure names the field by its JSON name. */
final class Checks {
    private Checks() {}

    static <T> T required(@Nullable T value, String field) {
        if (value == null) {
            throw new InvalidValueException(field, "is required");
        }
        return value;
    }

    static String notBlank(@Nullable String value, String field, int maxLength) {
        String text = required(value, field);
        if (text.isBlank()) {
            throw new InvalidValueException(field, "must not be blank");
        }
        if (text.length() > maxLength) {
            throw new InvalidValueException(
                    field, "has " + text.length() + " characters; at most " + maxLength + " are allowed");
        }
        return text;
    }

    /** Check a text that travels with events, so that every store can keep it. */
    static String storable(@Nullable String value, String field, int maxLength) {
        String text = notBlank(value, field, maxLength);
        JsonText.utf8Length(text, field);
        return text;
    }

    static String matches(@Nullable String value, String field, int maxLength, Pattern pattern, String shape) {
        String text = notBlank(value, field, maxLength);
        if (!pattern.matcher(text).matches()) {
            throw new InvalidValueException(field, "is '" + text + "'; expected " + shape);
        }
        return text;
    }

    static long atLeast(long value, String field, long minimum) {
        if (value < minimum) {
            throw new InvalidValueException(field, "is " + value + "; at least " + minimum + " is required");
        }
        return value;
    }

    static int inRange(int value, String field, int minimum, int maximum) {
        if (value < minimum || value > maximum) {
            throw new InvalidValueException(field, "is " + value + "; expected " + minimum + " to " + maximum);
        }
        return value;
    }

    static double finiteAtLeastZero(double value, String field) {
        if (!Double.isFinite(value) || value < 0) {
            throw new InvalidValueException(field, "is " + value + "; a finite number of at least 0 is required");
        }
        return value;
    }

    static double ratio(double value, String field) {
        if (!(value >= 0 && value <= 1)) {
            throw new InvalidValueException(field, "is " + value + "; expected a ratio from 0 to 1");
        }
        return value;
    }

    static <V> Map<String, V> copy(@Nullable Map<String, V> map, String field) {
        for (Map.Entry<String, V> entry : required(map, field).entrySet()) {
            if (Objects.isNull(entry.getKey()) || Objects.isNull(entry.getValue())) {
                throw new InvalidValueException(field, "must hold neither a null key nor a null value");
            }
        }
        return Map.copyOf(map);
    }
}
