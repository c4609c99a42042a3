package tasker.plugins.opentelemetry;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tasker.events.api.InvalidValueException;

/**
 * Read the headers that go along with each request, as {@code OTEL_EXPORTER_OTLP_HEADERS} has them.
 *
 * <p>What is wrong is told by a header's place and name, never by its value, which is a secret. What HTTP does not
 * allow is refused here, as the client would show the value in its own error.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otel/protocol/exporter/">Exporter configuration</a>
 */
final class OtlpHeaders {
    /** A token of RFC 9110, 5.6.2. */
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** Visible characters, with spaces between; others than ASCII would be sent as Latin-1 or not at all. */
    private static final Pattern VALUE = Pattern.compile("[ -~]*");

    private OtlpHeaders() {}

    /**
     * Read {@code name=value} pairs with commas between them.
     *
     * @throws InvalidValueException when one is malformed, or cannot be sent
     */
    static Map<String, String> parse(Optional<String> text) {
        Map<String, String> headers = new LinkedHashMap<>();
        int place = 0;
        for (String pair : text.map(all -> all.split(",", -1)).orElse(new String[0])) {
            place++;
            int equals = pair.indexOf('=');
            String name = equals < 0 ? "" : pair.substring(0, equals).strip();
            if (!NAME.matcher(name).matches()) {
                throw new InvalidValueException(
                        "headers", "has no name of a header and '=' in part " + place + "; expected name=value");
            }
            headers.put(name, value(name, pair.substring(equals + 1).strip()));
        }
        return headers;
    }

    private static String value(String name, String encoded) {
        String value;
        try {
            // A plus sign is one: only forms write a space so, and keys in Base64 are full of them.
            value = URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException ignored) {
            throw new InvalidValueException(
                    "headers", "has a '%' in the value of '" + name + "' that encodes nothing; write %25 for a '%'");
        }
        if (!VALUE.matcher(value).matches()) {
            throw new InvalidValueException(
                    "headers", "has a character in the value of '" + name + "' that is not sent in headers");
        }
        return value;
    }
}
