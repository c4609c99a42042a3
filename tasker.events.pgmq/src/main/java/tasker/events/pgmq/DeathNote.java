package tasker.events.pgmq;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Say why a message goes to the dead letters, in texts that can be stored and logged whatever they were made of: a
 * reason must never stand in the way of the move.
 *
 * @param cause the kind of reason
 * @param reason one line of at most {@value #MAX_REASON} characters
 * @param stack the exception and where it comes from, at most {@value #MAX_STACK} characters; {@code null} when there
 *     was none
 */
record DeathNote(Cause cause, String reason, @Nullable String stack) {
    private static final int MAX_REASON = 1_000;
    private static final int MAX_STACK = 4_000;
    private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}+");
    private static final Pattern CONTROLS_BUT_LINES = Pattern.compile("[\\p{Cntrl}&&[^\\n\\t]]");

    /** Why a message went to the dead letters. */
    enum Cause {
        MALFORMED("malformed"),
        MAX_READS("max_reads"),
        CONSUMER("consumer"),
        RESULT("result");

        private final String label;

        Cause(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }

        /** The reads that brought the message to nobody: the one that finds that there were too many before it. */
        int vainReads() {
            return this == MAX_READS ? 1 : 0;
        }
    }

    /** Of a message that was read so often, the read included that buries it, without being settled. */
    static DeathNote ofReads(int reads, int most) {
        int before = reads - Cause.MAX_READS.vainReads();
        return of(
                Cause.MAX_READS,
                "was read " + before + (before == 1 ? " time" : " times") + " without being settled; at most " + most
                        + (most == 1 ? " is allowed" : " are allowed"));
    }

    static DeathNote of(Cause cause, String reason) {
        return new DeathNote(cause, line(reason), null);
    }

    static DeathNote of(Cause cause, String reason, Optional<Throwable> thrown) {
        return new DeathNote(cause, line(reason), thrown.map(DeathNote::stack).orElse(null));
    }

    private static String line(String text) {
        return cut(CONTROLS.matcher(wellFormed(text)).replaceAll(" "), MAX_REASON);
    }

    private static String stack(Throwable thrown) {
        StringWriter text = new StringWriter();
        try {
            thrown.printStackTrace(new PrintWriter(text));
        } catch (RuntimeException | Error e) {
            text.append(thrown.getClass().getName())
                    .append(" (its stack cannot be printed: ")
                    .append(e.getClass().getName())
                    .append(')');
        }
        String lines = CONTROLS_BUT_LINES.matcher(wellFormed(text.toString())).replaceAll("");
        return cut(lines, MAX_STACK);
    }

    /** Without halves of surrogate pairs, which PostgreSQL refuses. */
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static String cut(String text, int most) {
        return text.substring(0, text.offsetByCodePoints(0, Math.min(most, text.codePointCount(0, text.length()))));
    }
}
