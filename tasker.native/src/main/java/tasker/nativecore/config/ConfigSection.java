package tasker.nativecore.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tasker.events.api.spi.SettingKey;

/**
 * Declare the settings of one section of the configuration.
 *
 * @param name the section in {@code tasker.toml}, such as {@code worker}: lower-case letters, digits and {@code -},
 *     starting with a letter
 * @param keys its settings, in the order in which they are shown, no two of one name
 */
public record ConfigSection(String name, List<SettingKey<?>> keys) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");

    /**
     * Check the name and copy the list.
     *
     * @throws IllegalArgumentException when the name is malformed, or two settings share one
     */
    public ConfigSection {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("the section '" + name
                    + "' is malformed; expected 1 to 64 lower-case letters, digits and -, starting with a letter");
        }
        keys = List.copyOf(keys);
        Set<String> names = new HashSet<>();
        for (SettingKey<?> key : keys) {
            if (!names.add(key.name())) {
                throw new IllegalArgumentException(
                        "the section '" + name + "' declares the setting '" + key.name() + "' twice");
            }
        }
    }
}
