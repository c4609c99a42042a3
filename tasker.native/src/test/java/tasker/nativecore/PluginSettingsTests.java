package tasker.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.ConfigSetting;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.testkit.PluginJar;

/** The section of a plugin that comes in a jar, and the record that checks it. */
class PluginSettingsTests {
    private final Configuration.Builder configuration = Configuration.builder();

    @TempDir
    private Path folder;

    private ModuleLayer layer = ModuleLayer.empty();

    @BeforeEach
    void makePlugin() {
        layer = new PluginJar(folder, "geo")
                .provides("tasker.events.api.spi.HealthContributor", "Geo")
                .source("GeoSettings", """
                        record GeoSettings(String endpoint, java.time.Duration timeout, Optional<String> token) {
                            static final SettingKey<String> ENDPOINT =
                                    SettingKey.text("endpoint", "http://localhost/", "Where the service is.");
                            static final SettingKey<java.time.Duration> TIMEOUT_MS = SettingKey.millis(
                                    "timeout-ms", java.time.Duration.ofSeconds(1), java.time.Duration.ZERO,
                                    java.time.Duration.ofMinutes(1), "How long it may take.");
                            static final SettingKey<Optional<String>> TOKEN =
                                    SettingKey.secret("token", "Lets the worker in.");
                            static final List<SettingKey<?>> ALL = List.of(ENDPOINT, TIMEOUT_MS, TOKEN);

                            GeoSettings {
                                if (token.isPresent() && endpoint.startsWith("http:")) {
                                    throw new InvalidValueException(
                                            "token", "is " + token.get() + ", and must not go over http: use https");
                                }
                            }

                            static GeoSettings of(Settings values) {
                                return new GeoSettings(
                                        values.get(ENDPOINT), values.get(TIMEOUT_MS), values.get(TOKEN));
                            }
                        }
                        """)
                .source("Geo", """
                        public class Geo implements HealthContributor {
                            private volatile GeoSettings settings;
                            public String name() { return "geo"; }
                            public List<SettingKey<?>> settings() { return GeoSettings.ALL; }
                            public void checkSettings(Settings values) { GeoSettings.of(values); }
                            public void start(WorkerContext context) { settings = GeoSettings.of(context.settings()); }
                            public HealthReport check() {
                                return HealthReport.healthy(Map.of("endpoint", settings.endpoint()));
                            }
                        }
                        """)
                .compile()
                .layer();
    }

    @Test
    void settingsThatFitTogetherReachTheService() {
        configuration.flag("geo.endpoint", "https://geo.example/", "test").flag("geo.token", "s3cret", "test");
        try (WorkerSystem worker = builder().build()) {
            worker.start();

            assertThat(worker.health().components())
                    .hasEntrySatisfying(
                            "geo",
                            health -> assertThat(health.details()).containsEntry("endpoint", "https://geo.example/"));
        }
    }

    @Test
    void settingsThatDoNotFitTogetherAreOneErrorWithTheSourceOfEach() throws Exception {
        Path file = Files.writeString(folder.resolve("tasker.toml"), "[geo]\nendpoint = \"http://geo.example/\"\n");
        configuration.file(file).environment(Map.of("TASKER_GEO_TOKEN", "s3cret"));

        Throwable thrown = catchThrowable(() -> builder().build());

        assertThat(thrown)
                .hasMessageStartingWith(
                        "TASKER-C109 the settings of [geo] do not fit together: 'token' is (set), and must"
                                + " not go over http: use https; in force are endpoint = http://geo.example/ (")
                .hasMessageContaining("tasker.toml:2), timeout-ms = 1000 (default), token = (set) (TASKER_GEO_TOKEN)");
        assertThat(String.valueOf(thrown)).doesNotContain("s3cret");
    }

    @Test
    void aSlipInThePluginsSectionIsToldTheNearestSetting() {
        configuration.flag("geo.endpiont", "https://geo.example/", "--set");

        assertThatThrownBy(() -> builder().build())
                .hasMessageStartingWith(
                        "TASKER-C103 'geo.endpiont' (--set) is no setting; did you mean 'geo.endpoint'?");
    }

    @Test
    void theSettingsOfThePluginAreShownWithTheirOrigin() {
        configuration
                .flag("geo.endpoint", "https://geo.example/", "--set")
                .environment(Map.of("TASKER_GEO_TOKEN", "s3cret"));

        assertThat(builder().build().settings())
                .filteredOn(setting -> setting.key().startsWith("geo."))
                .extracting(ConfigSetting::key, ConfigSetting::value, ConfigSetting::source)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("geo.endpoint", "https://geo.example/", "--set"),
                        org.assertj.core.groups.Tuple.tuple("geo.timeout-ms", "1000", "default"),
                        org.assertj.core.groups.Tuple.tuple("geo.token", "(set)", "TASKER_GEO_TOKEN"));
    }

    @Test
    void aServiceThatIsNotUsedIsNotAsked() {
        configuration.flag("geo.token", "s3cret", "test").flag("worker.exclude", "geo", "test");

        assertThat(builder().build().providers())
                .singleElement()
                .satisfies(report -> assertThat(report.problem().orElseThrow()).startsWith("TASKER-P213 "));
    }

    private WorkerSystemBuilder builder() {
        return WorkerSystem.builder(configuration.build()).layers(List.of(layer));
    }
}
