package tasker.nativecore.config;

import java.util.Map;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;

/**
 * Hold the checked values of one section.
 *
 * @param name the section
 * @param texts the text in force of each setting, by its name
 */
record SectionSettings(String name, Map<String, String> texts) implements Settings {
    SectionSettings {
        texts = Map.copyOf(texts);
    }

    /** Read the text with the key itself, which is what keeps this free of casts. */
    @Override
    public <T> T get(SettingKey<T> key) {
        String text = texts.get(key.name());
        if (text == null) {
            throw new IllegalArgumentException("the section '" + name + "' declares no setting '" + key.name() + "'");
        }
        return key.parse(text);
    }

    @Override
    public String toString() {
        return "SectionSettings[" + name + "]";
    }
}
