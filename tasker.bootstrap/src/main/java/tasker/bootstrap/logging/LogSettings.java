package tasker.bootstrap.logging;

import ch.qos.logback.classic.Level;
import java.util.List;
import java.util.Optional;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;
import tasker.nativecore.config.ConfigSection;

/**
 * Hold how much is logged, and how.
 *
 * @param level the least level that is logged
 * @param format how a line looks
 */
public record LogSettings(Level level, LogFormat format) {
    private static final List<String> LEVELS = List.of("trace", "debug", "info", "warn", "error", "off");

    private static final SettingKey<Optional<Level>> LEVEL = SettingKey.parsed(
            "level",
            String.join(", ", LEVELS),
            "",
            "The least level that is logged; by default info in 'tasker run' and warn in every other command.",
            LogSettings::level);

    private static final SettingKey<LogFormat> FORMAT = SettingKey.parsed(
            "format",
            "plain or json",
            LogFormat.PLAIN.text(),
            "How a line of the log looks: for people, or one JSON object a line.",
            LogFormat::parse);

    /** The section of the configuration that these settings stand in. */
    public static final ConfigSection SECTION = new ConfigSection("logging", List.of(LEVEL, FORMAT));

    /** What a command logs before it has read its configuration: warnings, for people. */
    public static final LogSettings QUIET = new LogSettings(Level.WARN, LogFormat.PLAIN);

    /** Read the {@link #SECTION}; where it names no level, this one is taken. */
    public static LogSettings of(Settings section, Level fallback) {
        return new LogSettings(section.get(LEVEL).orElse(fallback), section.get(FORMAT));
    }

    /** The same with another level. */
    public LogSettings withLevel(Level other) {
        return new LogSettings(other, format);
    }

    private static Optional<Level> level(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        if (!LEVELS.contains(text)) {
            throw new InvalidValueException("level", "is '" + text + "'; expected " + String.join(", ", LEVELS));
        }
        return Optional.of(Level.toLevel(text));
    }
}
