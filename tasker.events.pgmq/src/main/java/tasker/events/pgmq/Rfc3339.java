package tasker.events.pgmq;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Read times as Tasker writes them, {@code 2026-01-31T12:00:00.123456Z}, without the general parser, which takes longer
 * than all the rest of an event; what is written otherwise is left to that parser.
 */
final class Rfc3339 {
    private static final int SECONDS_END = 19;
    private static final int MAX_FRACTION = 9;

    private Rfc3339() {}

    /**
     * Read a time.
     *
     * @throws DateTimeException when the text is no time of RFC 3339
     */
    static Instant parse(String text) {
        int last = text.length() - 1;
        if (last < SECONDS_END
                || text.charAt(last) != 'Z'
                || text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || text.charAt(10) != 'T'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':') {
            return Instant.parse(text);
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, SECONDS_END);
        int nanos = fraction(text, last);
        // Hour 24 and second 60 have meanings of their own.
        if ((year | month | day | hour | minute | second | nanos) < 0 || hour > 23 || second > 59) {
            return Instant.parse(text);
        }
        return LocalDateTime.of(year, month, day, hour, minute, second, nanos).toInstant(ZoneOffset.UTC);
    }

    /** The nanoseconds between the seconds and the end; negative when they are not written as a fraction. */
    private static int fraction(String text, int end) {
        if (end == SECONDS_END) {
            return 0;
        }
        int digits = end - SECONDS_END - 1;
        if (text.charAt(SECONDS_END) != '.' || digits < 1 || digits > MAX_FRACTION) {
            return -1;
        }
        int value = number(text, SECONDS_END + 1, end);
        for (int i = digits; i < MAX_FRACTION && value > 0; i++) {
            value *= 10;
        }
        return value;
    }

    /** A number of decimal digits alone; negative when there is anything else. */
    private static int number(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = 10 * value + digit;
        }
        return value;
    }
}
