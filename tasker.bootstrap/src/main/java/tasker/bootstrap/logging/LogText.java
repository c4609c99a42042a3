package tasker.bootstrap.logging;

import java.util.Locale;

/** Keep a line of the log at a length that people and collectors take, as much of it comes from messages of others. */
final class LogText {
    static final int MAX_LENGTH = 16_384;

    private LogText() {}

    /** The text, or its beginning with how much was cut off. */
    static String cut(String text) {
        if (text.length() <= MAX_LENGTH) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(MAX_LENGTH - 1)) ? MAX_LENGTH - 1 : MAX_LENGTH;
        return text.substring(0, end) + String.format(Locale.ROOT, "… (%,d more characters)", text.length() - end);
    }
}
