package tasker.bootstrap.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;
import tasker.events.api.InvalidValueException;
import tasker.nativecore.LogLevels;
import tasker.nativecore.LoggerLevel;

/** See and change the levels of logback's loggers; safe for use by many threads. */
public final class LogbackLevels implements LogLevels {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_$-]+(\\.[A-Za-z0-9_$-]+)*");
    private static final int MAX_NAME = 255;

    /** A logger stays for as long as the process lives, so that names which mean nothing must not add up. */
    private static final int MAX_LOGGERS = 10_000;

    private final LoggerContext loggers;

    LogbackLevels(LoggerContext loggers) {
        this.loggers = loggers;
    }

    /** The levels of this process; refuses where another backend than logback is in use. */
    public static LogLevels ofThisProcess() {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        return factory instanceof LoggerContext context ? new LogbackLevels(context) : LogLevels.unsupported();
    }

    @Override
    public List<LoggerLevel> all() {
        return loggers.getLoggerList().stream().map(LogbackLevels::show).toList();
    }

    @Override
    public LoggerLevel of(String logger) {
        String name = checked(logger);
        Logger known = existing(name);
        if (known != null) {
            return show(known);
        }
        for (int dot = name.lastIndexOf('.'); known == null && dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
            known = loggers.exists(name.substring(0, dot));
        }
        Logger parent = known == null ? root() : known;
        return new LoggerLevel(name, Optional.empty(), text(parent.getEffectiveLevel()));
    }

    @Override
    public LoggerLevel set(String logger, Optional<String> level) {
        String name = checked(logger);
        Optional<Level> chosen = level.map(text -> LogSettings.level("level", text));
        if (name.equals(ROOT) && chosen.isEmpty()) {
            throw new InvalidValueException("level", "is missing; the root has nothing to inherit from");
        }
        if (existing(name) == null && loggers.getLoggerList().size() >= MAX_LOGGERS) {
            throw new InvalidValueException(
                    "logger", "'" + name + "' does not exist, and there are " + MAX_LOGGERS + " already");
        }
        Logger changed = name.equals(ROOT) ? root() : loggers.getLogger(name);
        changed.setLevel(chosen.orElse(null));
        if (!name.equals(ROOT) && Logging.hasJul()) {
            JulBridge.follow(name, chosen);
        }
        return show(changed);
    }

    private Logger root() {
        return loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private @Nullable Logger existing(String name) {
        return name.equals(ROOT) ? root() : loggers.exists(name);
    }

    static String checked(String logger) {
        if (logger.equalsIgnoreCase(ROOT)) {
            return ROOT;
        }
        if (logger.length() > MAX_NAME || !NAME.matcher(logger).matches()) {
            String shown = logger.length() > MAX_NAME ? logger.substring(0, MAX_NAME) + "…" : logger;
            throw new InvalidValueException(
                    "logger",
                    "is '" + shown + "'; expected root, or names of letters, digits, _, $ and - separated by dots,"
                            + " such as tasker.events.pgmq");
        }
        return logger;
    }

    private static LoggerLevel show(Logger logger) {
        boolean root = logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME);
        return new LoggerLevel(
                root ? ROOT : logger.getName(),
                Optional.ofNullable(logger.getLevel()).map(LogbackLevels::text),
                text(logger.getEffectiveLevel()));
    }

    private static String text(Level level) {
        return level.toString().toLowerCase(Locale.ROOT);
    }
}
