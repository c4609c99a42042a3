package tasker.nativecore.config;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tasker.events.api.ConfigSetting;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;

/** Hold every setting in force, checked, with where it came from; immutable. */
public final class ResolvedConfiguration {
    private final Map<String, SectionSettings> sections;
    private final List<ConfigSetting> settings;
    private final List<String> warnings;

    ResolvedConfiguration(Map<String, SectionSettings> sections, List<ConfigSetting> settings, List<String> warnings) {
        this.sections = Map.copyOf(sections);
        this.settings = List.copyOf(settings);
        this.warnings = List.copyOf(warnings);
    }

    /** The values of one section; those of an unknown one hold no setting. */
    public Settings section(String name) {
        SectionSettings section = sections.get(name);
        return section == null ? new SectionSettings(name, Map.of()) : section;
    }

    /** Every setting, in the order of the sections and their keys; secrets are not shown. */
    public List<ConfigSetting> settings() {
        return settings;
    }

    /** Where the value of a setting came from, for people. */
    public String source(String section, SettingKey<?> key) {
        String full = section + '.' + key.name();
        return settings.stream()
                .filter(setting -> setting.key().equals(full))
                .map(ConfigSetting::source)
                .findFirst()
                .orElse("default");
    }

    /** The settings of a section and where each came from, for people; secrets are not shown. */
    public String inForce(String section) {
        String prefix = section + '.';
        return settings.stream()
                .filter(setting -> setting.key().startsWith(prefix))
                .map(setting -> setting.key().substring(prefix.length()) + " = " + setting.value() + " ("
                        + setting.source() + ")")
                .collect(Collectors.joining(", "));
    }

    /** Hide the values of a section that are not to be shown in a text that may quote them. */
    public String withoutSecrets(String section, String text) {
        SectionSettings values = sections.get(section);
        String safe = text;
        if (values != null) {
            for (ConfigSetting setting : settings) {
                String raw = setting.key().startsWith(section + '.')
                        ? values.texts().getOrDefault(setting.key().substring(section.length() + 1), "")
                        : "";
                if (!raw.isBlank() && !setting.value().equals(raw)) {
                    safe = safe.replace(raw, setting.value());
                }
            }
        }
        return Masking.mask(safe);
    }

    /** What deserves attention but is no error, such as an unknown variable {@code TASKER_…}. */
    public List<String> warnings() {
        return warnings;
    }
}
