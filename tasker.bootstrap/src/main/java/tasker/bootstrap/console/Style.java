package tasker.bootstrap.console;

import java.util.Map;

/** Colour text for a terminal, or leave it alone elsewhere. */
public enum Style {
    /** Text as it is. */
    PLAIN {
        @Override
        String wrap(String code, String text) {
            return text;
        }
    },
    /** Text with ANSI escape sequences (ECMA-48). */
    COLOURED {
        @Override
        String wrap(String code, String text) {
            return text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
        }
    };

    /** Choose for one stream: colours only on a terminal that shows them, and not against {@code NO_COLOR}. */
    static Style of(boolean terminal, Map<String, String> environment) {
        boolean refused = !environment.getOrDefault("NO_COLOR", "").isEmpty()
                || environment.getOrDefault("TERM", "").equals("dumb");
        return terminal && !refused ? COLOURED : PLAIN;
    }

    abstract String wrap(String code, String text);

    /** Something that stands out. */
    public String bold(String text) {
        return wrap("1", text);
    }

    /** Something of less weight. */
    public String dim(String text) {
        return wrap("2", text);
    }

    /** Something that is well. */
    public String good(String text) {
        return wrap("32", text);
    }

    /** Something that needs attention. */
    public String warning(String text) {
        return wrap("33", text);
    }

    /** Something that is wrong. */
    public String bad(String text) {
        return wrap("31", text);
    }
}
