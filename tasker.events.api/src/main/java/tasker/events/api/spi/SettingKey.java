package tasker.events.api.spi;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import tasker.events.api.InvalidValueException;

/**
 * Declare one setting: its name, its type and range, its default, and what it is for.
 *
 * <p>Names are kebab-case and unique within a section. In {@code tasker.toml} the setting stands in the section of its
 * service; as an environment variable it is {@code TASKER_<SECTION>_<NAME>}. The reference page of all settings is made
 * from these declarations. Immutable.
 *
 * @param <T> the type of the value
 */
public final class SettingKey<T> {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    private final String name;
    private final String shape;
    private final String defaultText;
    private final String description;
    private final boolean secret;
    private final Function<String, T> parser;

    private SettingKey(
            String name,
            String shape,
            String defaultText,
            String description,
            boolean secret,
            Function<String, T> parser) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not kebab-case");
        }
        this.name = name;
        this.shape = shape;
        this.defaultText = defaultText;
        this.description = description;
        this.secret = secret;
        this.parser = parser;
    }

    /** Declare a text that always has a value. */
    public static SettingKey<String> text(String name, String defaultValue, String description) {
        return new SettingKey<>(name, "text", defaultValue, description, false, Function.identity());
    }

    /** Declare a text that may be left out; a blank one counts as left out. */
    public static SettingKey<Optional<String>> optionalText(String name, String description) {
        return new SettingKey<>(name, "text", "", description, false, SettingKey::present);
    }

    /** Declare a text that may be left out and that is never shown. */
    public static SettingKey<Optional<String>> secret(String name, String description) {
        return new SettingKey<>(name, "secret text", "", description, true, SettingKey::present);
    }

    /** Declare {@code true} or {@code false}. */
    public static SettingKey<Boolean> flag(String name, boolean defaultValue, String description) {
        return new SettingKey<>(
                name, "true or false", Boolean.toString(defaultValue), description, false, text -> switch (text) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw new InvalidValueException(name, "is '" + text + "'; expected true or false");
                });
    }

    /** Declare a whole number from a minimum to a maximum, both included. */
    public static SettingKey<Integer> integer(
            String name, int defaultValue, int minimum, int maximum, String description) {
        return new SettingKey<>(
                name,
                "whole number, " + minimum + " to " + maximum,
                Integer.toString(defaultValue),
                description,
                false,
                text -> Math.toIntExact(wholeNumber(name, text, minimum, maximum)));
    }

    /**
     * Declare a length of time, written as a whole number of milliseconds.
     *
     * @param name ends in {@code -ms}
     */
    public static SettingKey<Duration> millis(
            String name, Duration defaultValue, Duration minimum, Duration maximum, String description) {
        if (!name.endsWith("-ms")) {
            throw new IllegalArgumentException("'" + name + "' must end in -ms");
        }
        return new SettingKey<>(
                name,
                "milliseconds, " + minimum.toMillis() + " to " + maximum.toMillis(),
                Long.toString(defaultValue.toMillis()),
                description,
                false,
                text -> Duration.ofMillis(wholeNumber(name, text, minimum.toMillis(), maximum.toMillis())));
    }

    /** Declare a text that a check of the caller's accepts or refuses with an {@link InvalidValueException}. */
    public static <T> SettingKey<T> parsed(
            String name, String shape, String defaultText, String description, Function<String, T> parser) {
        return new SettingKey<>(name, shape, defaultText, description, false, parser);
    }

    /** The name within its section, in kebab-case. */
    public String name() {
        return name;
    }

    /** The type and range, for people. */
    public String shape() {
        return shape;
    }

    /** The default as it would stand in the file; empty when there is none. */
    public String defaultText() {
        return defaultText;
    }

    /** What the setting is for, in one sentence. */
    public String description() {
        return description;
    }

    /** Whether the value must never be shown. */
    public boolean isSecret() {
        return secret;
    }

    /**
     * Read a value.
     *
     * @throws InvalidValueException when the text is no value of this setting; it never repeats a secret
     */
    public T parse(String text) {
        return parser.apply(text);
    }

    private static Optional<String> present(String text) {
        return text.isBlank() ? Optional.empty() : Optional.of(text);
    }

    private static long wholeNumber(String name, String text, long minimum, long maximum) {
        try {
            long value = Long.parseLong(text.strip());
            if (value >= minimum && value <= maximum) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below, with the range.
        }
        throw new InvalidValueException(
                name, "is '" + text + "'; expected a whole number from " + minimum + " to " + maximum);
    }
}
