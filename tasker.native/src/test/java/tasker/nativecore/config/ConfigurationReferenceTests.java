package tasker.nativecore.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tasker.events.api.spi.SettingKey;

class ConfigurationReferenceTests {
    @Test
    void everySettingHasARow() {
        ConfigSection section = new ConfigSection(
                "order-line",
                List.of(
                        SettingKey.integer("batch-size", 10, 1, 100, "How many at once."),
                        SettingKey.secret("token", "Either|or.")));

        assertThat(ConfigurationReference.markdown(List.of(section, new ConfigSection("empty", List.of()))))
                .startsWith("# Configuration reference\n")
                .doesNotContain("empty")
                .endsWith("""

                        ## `[order-line]`

                        | setting | environment variable | type and range | default | what it is for |
                        |---|---|---|---|---|
                        | `batch-size` | `TASKER_ORDER_LINE_BATCH_SIZE` | whole number, 1 to 100 | `10` | How many at once. |
                        | `token` | `TASKER_ORDER_LINE_TOKEN` | secret text | none | Either\\|or. |
                        """);
    }

    @Test
    void thePageIsTheSameOnEveryMachine() {
        String page = ConfigurationReference.markdown(List.of(WorkerSettings.section(), DatabaseKeys.section()));

        assertThat(page)
                .contains("| `worker-id` | `TASKER_WORKER_WORKER_ID` | text of 1 to 128 characters | none |")
                .contains("| `polling-interval-ms` | `TASKER_WORKER_POLLING_INTERVAL_MS` | milliseconds, 1 to 60000 |"
                        + " `50` |");
    }
}
