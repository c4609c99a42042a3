package tasker.events.pgmq;

import java.util.Locale;
import java.util.regex.Pattern;
import tasker.events.api.TaskerException;

/**
 * Name a queue, checked, in lower case: PGMQ lower-cases its tables, so that two names which differ in case alone would
 * share one table.
 *
 * <p>The characters allowed are those that PGMQ allows, in ASCII, without quotes and backslashes.
 *
 * @param text the name as PGMQ knows it
 */
record QueueName(String text) {
    /** PGMQ's own bound: the longest identifier made of it is 16 characters longer, and PostgreSQL's have 63. */
    static final int MAX_LENGTH = 47;

    private static final Pattern ALLOWED = Pattern.compile("[a-z0-9_ .:/@+=!?#%&()\\[\\]{}<>,~^*|-]+");
    private static final String DEAD_LETTERS = "_dlq";

    /** Where the results of steps go, those of all namespaces; made with the pattern above. */
    static final QueueName STEP_RESULTS = of("orchestration_step_results");

    QueueName {
        if (!ALLOWED.matcher(text).matches() || text.contains("--") || text.isBlank()) {
            throw new TaskerException(
                    "TASKER-Q112",
                    "'" + text + "' is no queue name; use letters, digits and _, without quotes, $, ; or --");
        }
        if (text.length() > MAX_LENGTH) {
            throw new TaskerException(
                    "TASKER-Q112",
                    "the queue name '" + text + "' has " + text.length() + " characters; at most " + MAX_LENGTH
                            + " are allowed");
        }
    }

    /**
     * Name a queue by what a person or a program gave.
     *
     * @throws TaskerException {@code TASKER-Q112} when it is no queue name
     */
    static QueueName of(String text) {
        return new QueueName(text.toLowerCase(Locale.ROOT));
    }

    /** The queue of a namespace's domain events. */
    static QueueName events(String namespace) {
        return of(namespace + "_domain_events");
    }

    /** The queue of a namespace's steps. */
    static QueueName steps(String namespace) {
        return of("worker_" + namespace + "_queue");
    }

    /**
     * The queue of this queue's dead letters.
     *
     * @throws TaskerException {@code TASKER-Q112} when that name would be too long
     */
    QueueName deadLetters() {
        return new QueueName(text + DEAD_LETTERS);
    }

    /** The queue that holds the dead letters of this one: itself when it is such a queue. */
    QueueName lettersOrSelf() {
        return isDeadLetters() ? this : deadLetters();
    }

    /** The queue whose dead letters this one holds. */
    QueueName source() {
        return new QueueName(text.substring(0, text.length() - DEAD_LETTERS.length()));
    }

    /** Whether this queue holds dead letters, and so has no dead letters of its own. */
    boolean isDeadLetters() {
        return text.endsWith(DEAD_LETTERS);
    }

    /** The queue's table, quoted for use in a statement. */
    String table() {
        return "pgmq.\"q_" + text + '"';
    }

    /**
     * The channel on which writers tell of new messages, by PGMQ's rules; without a quote in it, and short enough for
     * an identifier.
     */
    String channel() {
        return "pgmq.q_" + text + ".INSERT";
    }

    /** The archive's table, quoted for use in a statement. */
    String archive() {
        return "pgmq.\"a_" + text + '"';
    }

    @Override
    public String toString() {
        return text;
    }
}
