package tasker.events.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.HealthStatus;
import tasker.events.api.InvalidValueException;

class SpiTests {
    @Test
    void aNumberIsReadWithinItsRange() {
        SettingKey<Integer> size = SettingKey.integer("batch-size", 10, 1, 100, "How many.");

        assertThat(size.parse(" 100 ")).isEqualTo(100);
        assertThat(size.parse(size.defaultText())).isEqualTo(10);
        assertThat(size.shape()).isEqualTo("whole number, 1 to 100");
        for (String text : new String[] {"0", "101", "x", "", "1.0", "99999999999999999999"}) {
            assertThatThrownBy(() -> size.parse(text))
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessage("TASKER-V101 'batch-size' is '" + text + "'; expected a whole number from 1 to 100");
        }
    }

    @Test
    void aDurationIsReadAsMilliseconds() {
        SettingKey<Duration> wait =
                SettingKey.millis("wait-ms", Duration.ofSeconds(1), Duration.ZERO, Duration.ofMinutes(1), "How long.");

        assertThat(wait.parse("250")).isEqualTo(Duration.ofMillis(250));
        assertThat(wait.defaultText()).isEqualTo("1000");
        assertThatThrownBy(() -> wait.parse("60001")).isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> SettingKey.millis("wait", Duration.ZERO, Duration.ZERO, Duration.ZERO, "How long."))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFlagIsTrueOrFalse() {
        SettingKey<Boolean> flag = SettingKey.flag("on", true, "Whether.");

        assertThat(flag.parse("true")).isTrue();
        assertThat(flag.parse("false")).isFalse();
        assertThatThrownBy(() -> flag.parse("yes")).hasMessage("TASKER-V101 'on' is 'yes'; expected true or false");
    }

    @Test
    void aBlankOptionalTextIsLeftOut() {
        assertThat(SettingKey.optionalText("name", "A name.").parse(" ")).isEmpty();
        assertThat(SettingKey.secret("token", "A secret.").parse("x")).contains("x");
        assertThat(SettingKey.secret("token", "A secret.").isSecret()).isTrue();
        assertThat(SettingKey.text("name", "a", "A name.").isSecret()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Upper", "snake_case", "-a", "a-", "a--b", "1a"})
    void namesOfSettingsAreKebabCase(String name) {
        assertThatThrownBy(() -> SettingKey.text(name, "", "A name.")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void metricsFollowTheNamingRules() {
        MetricId id =
                MetricId.of("tasker_orders_total", "Orders.").with("b", "2").with("a", "1");

        assertThat(id.labels().toString()).isEqualTo("{a=1, b=2}");
        for (String name : new String[] {"orders_total", "tasker_", "tasker_Orders", "tasker__x", "tasker_x_"}) {
            assertThatThrownBy(() -> MetricId.of(name, "Orders.")).isInstanceOf(InvalidValueException.class);
        }
        assertThatThrownBy(() -> MetricId.of("tasker_x", " ")).isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> id.with("le", "1")).isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> id.with("Label", "1")).isInstanceOf(InvalidValueException.class);
    }

    @Test
    void aMetricKeepsItsOwnLabels() {
        Map<String, String> labels = new HashMap<>(Map.of("a", "1"));
        MetricId id = new MetricId("tasker_x_total", "X.", labels);
        labels.put("b", "2");

        assertThat(id.labels()).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void visibilityTimeoutsAreWholeSeconds() {
        assertThat(ConsumerOptions.defaults().maxReads()).isEqualTo(5);
        for (Duration timeout : new Duration[] {
            Duration.ZERO, Duration.ofMillis(1_500), Duration.ofSeconds(43_201), Duration.ofSeconds(-1)
        }) {
            assertThatThrownBy(() -> ConsumerOptions.defaults().withVisibilityTimeout(timeout))
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageContaining("'visibility_timeout'");
        }
        assertThatThrownBy(() -> ConsumerOptions.defaults().withMaxReads(0)).hasMessageContaining("'max_reads'");
    }

    @Test
    void aReportThatIsNotHealthySaysWhy() {
        assertThat(HealthReport.healthy(Map.of()).message()).isEmpty();
        assertThat(HealthReport.degraded("slow", Map.of()).status()).isEqualTo(HealthStatus.DEGRADED);
        assertThatThrownBy(() -> HealthReport.unhealthy(" ", Map.of()))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("'message'");
    }

    @Test
    void aPasswordIsNotShown() {
        assertThat(new DatabaseSettings("jdbc:x", Optional.of("app"), Optional.of("hunter2")))
                .hasToString("DatabaseSettings[url=jdbc:x, user=app, password=(set)]");
        assertThat(new DatabaseSettings("jdbc:x", Optional.empty(), Optional.empty()))
                .hasToString("DatabaseSettings[url=jdbc:x, user=]");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db/o?password=hunter2, jdbc:postgresql://db/o",
        "jdbc:postgresql://app:hunter2@db:5432/o?ssl=true, jdbc:postgresql://db:5432/o",
        "jdbc:postgresql://app:hun@hunter2@db/o, jdbc:postgresql://db/o",
        "jdbc:postgresql://app:x?hunter2@db/o, jdbc:postgresql://***",
        "jdbc:postgresql://db/o?password=x@hunter2, jdbc:postgresql://***",
        "jdbc:sqlserver://db;password=hunter2, jdbc:sqlserver://db",
    })
    void databaseSettingsShowNoSecretOfTheirUrl(String url, String shown) {
        assertThat(new DatabaseSettings(url, Optional.empty(), Optional.empty()))
                .hasToString("DatabaseSettings[url=" + shown + ", user=]");
    }
}
