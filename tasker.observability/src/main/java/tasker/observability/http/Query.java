package tasker.observability.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasker.events.api.InvalidValueException;

/**
 * Hold the parameters of a request; immutable.
 *
 * @param values each by its name
 */
record Query(Map<String, String> values) {
    Query {
        values = Map.copyOf(values);
    }

    /**
     * Read a query.
     *
     * @param raw what stands after the question mark
     * @param known the names that the endpoint knows
     * @throws HttpFailure with status 400 when a parameter has another name, or is given twice: a misspelt filter that
     *     is passed over would show everything
     */
    static Query parse(@Nullable String raw, List<String> known) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String parameter : raw == null ? new String[0] : raw.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = decode(equals < 0 ? parameter : parameter.substring(0, equals));
            String value = equals < 0 ? "" : decode(parameter.substring(equals + 1));
            if (!parameter.isEmpty() && !known.contains(name)) {
                throw refused(name, "is no parameter here; expected " + String.join(" or ", known));
            }
            if (!parameter.isEmpty() && values.put(name, value) != null) {
                throw refused(name, "is given twice");
            }
        }
        return new Query(values);
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static HttpFailure refused(String name, String reason) {
        return new HttpFailure(400, new InvalidValueException(name, reason), Map.of());
    }
}
