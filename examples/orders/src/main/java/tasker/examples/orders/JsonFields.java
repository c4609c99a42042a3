package tasker.examples.orders;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Read the members of a JSON object; every complaint names the field, its value and what was expected.
 *
 * @param object what is read
 * @param path where it stands, for the complaints: empty, or such as {@code items[2].}
 */
record JsonFields(JsonNode object, String path) {
    private static final int MAX_TEXT = 200;
    private static final int MAX_SHOWN = 60;

    String text(String name) throws InvalidOrderException {
        JsonNode value = required(name);
        if (!value.isString() || value.asString().isBlank() || value.asString().length() > MAX_TEXT) {
            throw invalid(name, value, "expected a text of 1 to " + MAX_TEXT + " characters");
        }
        return value.asString();
    }

    int wholeNumber(String name, int minimum, int maximum) throws InvalidOrderException {
        JsonNode value = required(name);
        if (!value.canConvertToInt()
                || !value.isIntegralNumber()
                || value.asInt() < minimum
                || value.asInt() > maximum) {
            throw invalid(name, value, "expected a whole number from " + minimum + " to " + maximum);
        }
        return value.asInt();
    }

    /** A decimal number, exactly as it was written: {@code double} would turn 0.1 into something else. */
    BigDecimal decimal(String name, int maxFractionDigits) throws InvalidOrderException {
        JsonNode value = required(name);
        if (!value.isNumber()) {
            throw invalid(name, value, "expected a number");
        }
        BigDecimal number = value.decimalValue();
        // Without this bound 1e-999999999 would be a number, and rounding it would take all memory.
        if (number.stripTrailingZeros().scale() > maxFractionDigits) {
            throw invalid(name, value, "expected at most " + maxFractionDigits + " digits after the point");
        }
        return number;
    }

    List<JsonFields> objects(String name, int maximum) throws InvalidOrderException {
        JsonNode value = required(name);
        if (!value.isArray() || value.isEmpty() || value.size() > maximum) {
            throw invalid(name, value, "expected a list of 1 to " + maximum);
        }
        List<JsonFields> elements = new ArrayList<>();
        for (JsonNode element : value) {
            String place = name + "[" + elements.size() + "]";
            if (!element.isObject()) {
                throw invalid(place, element, "expected an object");
            }
            elements.add(new JsonFields(element, path + place + "."));
        }
        return elements;
    }

    InvalidOrderException invalid(String name, Object value, String expectation) {
        return new InvalidOrderException("'" + path + name + "' is " + shown(value) + "; " + expectation);
    }

    /** A value as it stands in a complaint: a long one only in part. */
    static String shown(Object value) {
        String text = value.toString();
        return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    }

    private JsonNode required(String name) throws InvalidOrderException {
        JsonNode value = object.path(name);
        if (value.isMissingNode()) {
            throw new InvalidOrderException("'" + path + name + "' is missing");
        }
        return value;
    }
}
