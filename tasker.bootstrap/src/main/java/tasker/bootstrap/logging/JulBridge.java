package tasker.bootstrap.logging;

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

    private JulBridge() {}

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
        return level.intValue() >= Level.WARNING.intValue() ? org.slf4j.event.Level.WARN : org.slf4j.event.Level.INFO;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
