package tasker.nativecore.config;

import java.util.List;
import tasker.events.api.spi.SettingKey;

/** Write the reference page of all settings from their declarations. */
public final class ConfigurationReference {
    private static final String TOP = """
            # Configuration reference

            Made from the code by `tasker config --reference`. Each setting takes its value from the strongest layer that
            has one: defaults, then the file (`tasker.toml`, `--config`, `TASKER_CONFIG`), then environment variables, then
            flags (`--set section.setting=value`). `tasker config` shows the values in force and where each came from.
            """;

    private ConfigurationReference() {}

    /**
     * Write a Markdown page with a table for each section that has settings; the same sections always give the same
     * text.
     */
    public static String markdown(List<ConfigSection> sections) {
        StringBuilder page = new StringBuilder(TOP);
        for (ConfigSection section : sections) {
            if (section.keys().isEmpty()) {
                continue;
            }
            page.append("\n## `[").append(section.name()).append("]`\n\n");
            page.append("| setting | environment variable | type and range | default | what it is for |\n");
            page.append("|---|---|---|---|---|\n");
            for (SettingKey<?> key : section.keys()) {
                page.append(row(section.name(), key));
            }
        }
        return page.toString();
    }

    private static String row(String section, SettingKey<?> key) {
        return "| `" + key.name() + "` | `" + EnvironmentNames.of(section + '.' + key.name()) + "` | "
                + cell(key.shape()) + " | "
                + (key.defaultText().isEmpty() ? "none" : "`" + cell(key.defaultText()) + "`") + " | "
                + cell(key.description()) + " |\n";
    }

    private static String cell(String text) {
        return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ");
    }
}
