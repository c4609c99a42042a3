package tasker.events.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Match event types by segments, in the one dialect that every part of Tasker speaks.
 *
 * <p>Segments are separated by dots. {@code *} stands for exactly one segment, {@code #} for any number of segments,
 * none included, as in AMQP topics. A pattern that is {@code *} alone matches every type.
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class EventPattern {
    private static final EventPattern ALL = new EventPattern("*", new String[] {"#"});

    private final String text;
    private final String[] segments;

    private EventPattern(String text, String[] segments) {
        this.text = text;
        this.segments = segments;
    }

    /** The pattern that matches every type. */
    public static EventPattern all() {
        return ALL;
    }

    /**
     * Read a pattern such as {@code order.*} or {@code #.failed}.
     *
     * @throws InvalidValueException when the text is blank, has an empty segment, or mixes a wildcard with other
     *     characters in one segment
     */
    public static EventPattern parse(String text) {
        Checks.notBlank(text, "pattern", EventTypes.MAX_LENGTH);
        if (text.equals("*")) {
            return ALL;
        }
        String[] segments = text.split("\\.", -1);
        for (String segment : segments) {
            if (!segment.equals("*") && !segment.equals("#") && !isName(segment)) {
                throw new InvalidValueException(
                        "pattern",
                        "is '" + text + "'; expected segments separated by dots, each a name, * (one segment) or # (any"
                                + " number)");
            }
        }
        return new EventPattern(text, segments);
    }

    /**
     * Whether an event of this type is meant.
     *
     * <p>Walks both sides once, as glob matchers do, and on a mismatch lets the last {@code #} seen take one more
     * segment: at most segments of the pattern times segments of the type steps, whatever the pattern.
     */
    public boolean matches(String type) {
        int at = 0;
        int from = 0;
        int afterHash = -1;
        int hashFrom = 0;
        while (from <= type.length()) {
            int end = endOfSegment(type, from);
            if (at < segments.length && segments[at].equals("#")) {
                afterHash = ++at;
                hashFrom = from;
            } else if (at < segments.length && matchesSegment(segments[at], type, from, end)) {
                at++;
                from = end + 1;
            } else if (afterHash >= 0) {
                at = afterHash;
                hashFrom = endOfSegment(type, hashFrom) + 1;
                from = hashFrom;
            } else {
                return false;
            }
        }
        while (at < segments.length && segments[at].equals("#")) {
            at++;
        }
        return at == segments.length;
    }

    /** The text that was parsed. */
    public String text() {
        return text;
    }

    /**
     * The segments in order, each a name, {@code *} or {@code #}, for whoever matches many patterns at once; those of
     * the pattern that matches every type are {@code #} alone.
     */
    public List<String> segments() {
        return List.of(segments);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EventPattern pattern && pattern.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    private static boolean matchesSegment(String segment, String type, int from, int end) {
        return segment.equals("*") || (segment.length() == end - from && type.startsWith(segment, from));
    }

    private static int endOfSegment(String type, int from) {
        int dot = type.indexOf('.', from);
        return dot < 0 ? type.length() : dot;
    }

    private static boolean isName(String segment) {
        return !segment.isEmpty() && segment.chars().allMatch(c -> EventTypes.isNameCharacter((char) c));
    }
}
