package tasker.bootstrap.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.TreeMap;

/**
 * Write one log event as a line for people: time, level, thread, logger, message, context.
 *
 * <p>Control characters are escaped, because much of what is logged comes from messages of others: they could forge
 * lines, or steer the terminal. A stack trace keeps its lines.
 */
final class PlainLine {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneId.systemDefault());

    private PlainLine() {}

    static String of(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        TIME.formatTo(event.getInstant(), line);
        String level = event.getLevel().toString();
        line.append(' ').append(level).append(" ".repeat(Math.max(0, 5 - level.length())));
        line.append(" [").append(event.getThreadName()).append("] ");
        line.append(shortName(event.getLoggerName())).append(": ");
        escape(LogText.cut(event.getFormattedMessage()), "", line);
        new TreeMap<>(event.getMDCPropertyMap()).forEach((key, value) -> {
            line.append(' ');
            escape(key, "", line);
            line.append('=');
            escape(value, "", line);
        });
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.append('\n');
            escape(ThrowableProxyUtil.asString(thrown).stripTrailing(), "\r\n\t", line);
        }
        return line.toString();
    }

    private static void escape(String text, String kept, StringBuilder line) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isControl(c) || kept.indexOf(c) >= 0) {
                line.append(c);
            } else {
                line.append(
                        switch (c) {
                            case '\n' -> "\\n";
                            case '\r' -> "\\r";
                            case '\t' -> "\\t";
                            default -> String.format("\\u%04x", (int) c);
                        });
            }
        }
    }

    private static boolean isControl(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }
}
