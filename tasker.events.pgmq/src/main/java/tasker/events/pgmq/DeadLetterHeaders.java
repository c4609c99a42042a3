package tasker.events.pgmq;

import java.util.List;

/** Name the headers that say why a message lies in the dead letters; all of their values are strings. */
final class DeadLetterHeaders {
    /** What all of them begin with; headers of that beginning are never an event's own. */
    static final String PREFIX = "x-tasker-dead-letter-";

    static final String REASON = PREFIX + "reason";
    static final String CAUSE = PREFIX + "cause";
    static final String STACK = PREFIX + "stack";
    static final String QUEUE = PREFIX + "queue";
    static final String MESSAGE_ID = PREFIX + "msg-id";
    static final String READ_COUNT = PREFIX + "read-count";
    static final String AT = PREFIX + "at";

    private static final List<String> ALL = List.of(REASON, CAUSE, STACK, QUEUE, MESSAGE_ID, READ_COUNT, AT);

    private DeadLetterHeaders() {}

    /** An SQL expression for headers without these, from one for headers; what is no object becomes the other one. */
    static String without(String headers, String otherwise) {
        return "CASE WHEN jsonb_typeof(" + headers + ") = 'object' THEN " + headers + " - ARRAY['"
                + String.join("', '", ALL) + "'] ELSE " + otherwise + " END";
    }
}
