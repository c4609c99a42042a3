package tasker.nativecore.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.SettingKey;

class SectionAloneTests {
    private static final SettingKey<String> COLOUR = SettingKey.text("colour", "blue", "What it looks like.");
    private static final ConfigSection PAINT = new ConfigSection("paint", List.of(COLOUR));

    @Test
    void otherSectionsMayHoldAnything() {
        Configuration configuration = Configuration.builder()
                .environment(Map.of("TASKER_PAINT_COLOUR", "red", "TASKER_OTHER", "x"))
                .flag("unknown.key", "1", "--set")
                .build();

        assertThat(configuration.section(PAINT).get(COLOUR)).isEqualTo("red");
    }

    @Test
    void itsOwnKeysAreChecked() {
        Configuration configuration =
                Configuration.builder().flag("paint.color", "red", "--set").build();

        assertThatThrownBy(() -> configuration.section(PAINT))
                .isInstanceOf(TaskerException.class)
                .hasMessageStartingWith("TASKER-C103")
                .hasMessageContaining("paint.colour");
    }
}
