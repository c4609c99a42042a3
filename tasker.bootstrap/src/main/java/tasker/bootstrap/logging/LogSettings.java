package tasker.bootstrap.logging;

import ch.qos.logback.classic.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;
import tasker.nativecore.config.ConfigSection;

/**
 * Hold how much is logged, and how.
 *
 * @param level the least level that is logged
 * @param format how a line looks
 * @param levels the levels of loggers that differ, by their names
 */
public record LogSettings(Level level, LogFormat format, Map<String, Level> levels) {
    private static final List<String> LEVELS = List.of("trace", "debug", "info", "warn", "error", "off");

    private static final SettingKey<Optional<Level>> LEVEL = SettingKey.parsed(
            "level",
            String.join(", ", LEVELS),
            "",
            "The least level that is logged; by default info in 'tasker run' and warn in every other command.",
            text -> text.isBlank() ? Optional.empty() : Optional.of(level("level", text)));

    private static final SettingKey<Map<String, Level>> LOGGERS = SettingKey.parsed(
            "levels",
            "logger=level, separated by commas",
            "",
            "The levels of loggers that differ, such as 'tasker.events.pgmq=debug, com.zaxxer.hikari=warn'.",
            LogSettings::levels);

    private static final SettingKey<LogFormat> FORMAT = SettingKey.parsed(
            "format",
            "plain or json",
            LogFormat.PLAIN.text(),
            "How a line of the log looks: for people, or one JSON object a line.",
            LogFormat::parse);

    /** How often a running worker looks whether the file has other levels. */
    public static final SettingKey<Duration> WATCH = SettingKey.millis(
            "watch-ms",
            Duration.ofSeconds(2),
            Duration.ZERO,
            Duration.ofHours(1),
            "How often 'tasker run' looks whether logging.level and logging.levels have changed in the file; 0 for"
                    + " never.");

    /** The section of the configuration that these settings stand in. */
    public static final ConfigSection SECTION = new ConfigSection("logging", List.of(LEVEL, LOGGERS, FORMAT, WATCH));

    /** What a command logs before it has read its configuration: warnings, for people. */
    public static final LogSettings QUIET = new LogSettings(Level.WARN, LogFormat.PLAIN);

    /** Copy the map. */
    public LogSettings {
        levels = Map.copyOf(levels);
    }

    /** The same level for all loggers. */
    public LogSettings(Level level, LogFormat format) {
        this(level, format, Map.of());
    }

    /** Read the {@link #SECTION}; where it names no level, this one is taken. */
    public static LogSettings of(Settings section, Level fallback) {
        return new LogSettings(section.get(LEVEL).orElse(fallback), section.get(FORMAT), section.get(LOGGERS));
    }

    /** The same with another level. */
    public LogSettings withLevel(Level other) {
        return new LogSettings(other, format, levels);
    }

    /**
     * Read one level.
     *
     * @throws InvalidValueException when the text names none; it names this field
     */
    static Level level(String field, String text) {
        if (!LEVELS.contains(text)) {
            throw new InvalidValueException(field, "is '" + text + "'; expected " + String.join(", ", LEVELS));
        }
        return Level.toLevel(text);
    }

    private static Map<String, Level> levels(String text) {
        Map<String, Level> levels = new TreeMap<>();
        for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw new InvalidValueException("levels", "has '" + part.strip() + "'; expected " + LOGGERS.shape());
            }
            String name = LogbackLevels.checked(part.substring(0, equals).strip());
            if (levels.put(name, level("levels", part.substring(equals + 1).strip())) != null) {
                throw new InvalidValueException("levels", "names '" + name + "' twice");
            }
        }
        return levels;
    }
}
