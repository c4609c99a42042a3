package tasker.events.api;

import org.jspecify.annotations.Nullable;

/** Check the names of event types. */
final class EventTypes {
    static final int MAX_LENGTH = 255;

    private EventTypes() {}

    /** Refuse what is not one or more segments of letters, digits, {@code _} and {@code -}, separated by dots. */
    static String check(@Nullable String type, String field) {
        String text = Checks.notBlank(type, field, MAX_LENGTH);
        boolean segmentOpen = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && segmentOpen) {
                segmentOpen = false;
            } else if (isNameCharacter(c)) {
                segmentOpen = true;
            } else {
                throw malformed(text, field);
            }
        }
        if (!segmentOpen) {
            throw malformed(text, field);
        }
        return text;
    }

    static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    private static InvalidValueException malformed(String text, String field) {
        return new InvalidValueException(
                field, "is '" + text + "'; expected letters, digits, _ and -, in segments separated by dots");
    }
}
