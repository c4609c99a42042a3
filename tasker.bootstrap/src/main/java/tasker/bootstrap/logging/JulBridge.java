package tasker.bootstrap.logging;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/**
 * Bring what libraries and plugins give to {@code java.util.logging}, such as the JDBC driver's warnings, to our log
 * instead of the console.
 */
final class JulBridge extends Handler {
    /** Formats the message alone: it is never asked for a line. */
    private final SimpleFormatter messages = new SimpleFormatter();

    /** Kept, since {@code java.util.logging} forgets the levels of loggers that nobody holds. */
    private static final Map<String, Logger> FOLLOWING = new ConcurrentHashMap<>();

    private JulBridge() {}

    /**
     * Let a logger of {@code java.util.logging} give as much as the one of the same name takes. The root never gives
     * more than information: the JDK's own loggers show headers of requests below that.
     */
    static void follow(String name, Optional<ch.qos.logback.classic.Level> level) {
        FOLLOWING
                .computeIfAbsent(name, Logger::getLogger)
                .setLevel(level.map(JulBridge::jul).orElse(null));
    }

    private static Level jul(ch.qos.logback.classic.Level level) {
        return switch (level.toInt()) {
            case ch.qos.logback.classic.Level.TRACE_INT -> Level.FINEST;
            case ch.qos.logback.classic.Level.DEBUG_INT -> Level.FINE;
            case ch.qos.logback.classic.Level.INFO_INT -> Level.INFO;
            case ch.qos.logback.classic.Level.WARN_INT -> Level.WARNING;
            case ch.qos.logback.classic.Level.ERROR_INT -> Level.SEVERE;
            default -> Level.OFF;
        };
    }

    static void install() {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(Level.INFO);
        root.addHandler(new JulBridge());
    }

    @Override
    public void publish(LogRecord record) {
        String name = record.getLoggerName() == null ? "java.util.logging" : record.getLoggerName();
        org.slf4j.Logger logger = LoggerFactory.getLogger(name);
        logger.atLevel(level(record.getLevel())).setCause(record.getThrown()).log(messages.formatMessage(record));
    }

    private static org.slf4j.event.Level level(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return org.slf4j.event.Level.ERROR;
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return org.slf4j.event.Level.WARN;
        }
        if (level.intValue() >= Level.INFO.intValue()) {
            return org.slf4j.event.Level.INFO;
        }
        return level.intValue() >= Level.FINE.intValue() ? org.slf4j.event.Level.DEBUG : org.slf4j.event.Level.TRACE;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
