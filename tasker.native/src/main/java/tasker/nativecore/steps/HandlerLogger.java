package tasker.nativecore.steps;

import java.text.MessageFormat;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log what a handler says where the worker logs: a {@link System.Logger} over slf4j, so that a handler needs no logging
 * library.
 */
final class HandlerLogger implements System.Logger {
    private final Logger logger;

    HandlerLogger(String handler) {
        logger = LoggerFactory.getLogger("tasker.handler." + handler);
    }

    @Override
    public String getName() {
        return logger.getName();
    }

    @Override
    public boolean isLoggable(Level level) {
        return level != Level.OFF && logger.isEnabledForLevel(slf4j(level));
    }

    @Override
    public void log(
            Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
        if (isLoggable(level)) {
            logger.atLevel(slf4j(level)).setCause(thrown).log(localized(bundle, message));
        }
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String format,
            @Nullable Object @Nullable ... arguments) {
        if (isLoggable(level)) {
            logger.atLevel(slf4j(level)).log(formatted(localized(bundle, format), arguments));
        }
    }

    private static String formatted(String pattern, @Nullable Object @Nullable [] arguments) {
        if (arguments == null || arguments.length == 0) {
            return pattern;
        }
        try {
            return MessageFormat.format(pattern, arguments);
        } catch (IllegalArgumentException ignored) {
            return pattern;
        }
    }

    private static String localized(@Nullable ResourceBundle bundle, @Nullable String key) {
        if (bundle == null || key == null) {
            return String.valueOf(key);
        }
        try {
            return bundle.getString(key);
        } catch (MissingResourceException | ClassCastException ignored) {
            return key;
        }
    }

    private static org.slf4j.event.Level slf4j(Level level) {
        return switch (level) {
            case ALL, TRACE -> org.slf4j.event.Level.TRACE;
            case DEBUG -> org.slf4j.event.Level.DEBUG;
            case INFO -> org.slf4j.event.Level.INFO;
            case WARNING -> org.slf4j.event.Level.WARN;
            case ERROR, OFF -> org.slf4j.event.Level.ERROR;
        };
    }
}
