package tasker.bootstrap.logging;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import tasker.events.api.InvalidValueException;

/** Choose how a line of the log looks. */
public enum LogFormat {
    /** For people: time, level, thread, logger, message, context. */
    PLAIN,
    /** For machines: one JSON object a line. */
    JSON;

    /** The lower-case name, as it stands in the configuration. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Read a format from its lower-case name.
     *
     * @throws InvalidValueException when the text names none
     */
    static LogFormat parse(String text) {
        for (LogFormat format : values()) {
            if (format.text().equals(text)) {
                return format;
            }
        }
        String known = Arrays.stream(values()).map(LogFormat::text).collect(Collectors.joining(" or "));
        throw new InvalidValueException("format", "is '" + text + "'; expected " + known);
    }
}
