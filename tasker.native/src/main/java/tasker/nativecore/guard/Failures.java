package tasker.nativecore.guard;

import java.io.PrintWriter;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/** Describe what foreign code has thrown, whatever its {@code getMessage} does. */
public final class Failures {
    private static final int MAX_CAUSES = 20;

    private Failures() {}

    /** The message; the class name where there is none. */
    public static String message(Throwable thrown) {
        String message = messageOrNull(thrown);
        return message == null || message.isBlank() ? thrown.getClass().getName() : message;
    }

    /** The class name and the message. */
    public static String describe(Throwable thrown) {
        String message = messageOrNull(thrown);
        String type = thrown.getClass().getName();
        return message == null || message.isBlank() ? type : type + ": " + message;
    }

    /** The innermost cause, which says most; the exception itself where there is none. */
    public static Throwable root(Throwable thrown) {
        Throwable root = thrown;
        for (int i = 0; i < MAX_CAUSES; i++) {
            Throwable cause = causeOrNull(root);
            if (cause == null) {
                return root;
            }
            root = cause;
        }
        return root;
    }

    /** The exception itself when a logger can print it, else one that says what it was. */
    public static Throwable loggable(Throwable thrown) {
        try {
            thrown.printStackTrace(new PrintWriter(Writer.nullWriter()));
            return thrown;
        } catch (RuntimeException | Error ignored) {
            return new IllegalStateException(describe(thrown));
        }
    }

    /** The text, or its beginning where it has more characters than this; never half of a surrogate pair. */
    public static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end) + "…";
    }

    private static @Nullable String messageOrNull(Throwable thrown) {
        try {
            return thrown.getMessage();
        } catch (RuntimeException | Error e) {
            return "(its message cannot be read: " + e.getClass().getName() + ")";
        }
    }

    private static @Nullable Throwable causeOrNull(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (RuntimeException | Error ignored) {
            return null;
        }
    }
}
