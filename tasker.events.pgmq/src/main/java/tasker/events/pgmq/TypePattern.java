package tasker.events.pgmq;

import tasker.events.api.EventPattern;

/** Turn patterns of event types into regular expressions that PostgreSQL and Java both understand. */
final class TypePattern {
    private static final String SEGMENT = "[^.]+";

    private TypePattern() {}

    /** The regular expression that matches exactly what the pattern matches, among event types. */
    static String regex(EventPattern pattern) {
        if (pattern.equals(EventPattern.all())) {
            return ".*";
        }
        StringBuilder regex = new StringBuilder("^");
        // Begins each segment with its dot; the type is matched with one put before it.
        for (String segment : pattern.text().split("\\.", -1)) {
            switch (segment) {
                case "#" -> regex.append("(\\.").append(SEGMENT).append(")*");
                case "*" -> regex.append("\\.").append(SEGMENT);
                default -> regex.append("\\.").append(segment);
            }
        }
        return regex.append('$').toString();
    }
}
