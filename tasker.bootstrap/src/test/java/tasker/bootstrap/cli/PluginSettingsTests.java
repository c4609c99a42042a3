package tasker.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.bootstrap.plugins.TestJars;

/** What the command line says of the section of a plugin that lies in the plugin folder as a jar. */
class PluginSettingsTests {
    private static final String GEO = """
            package geo;
            import java.util.*;
            import tasker.events.api.*;
            import tasker.events.api.spi.*;
            public class Geo implements HealthContributor {
                static final SettingKey<String> ENDPOINT = SettingKey.text("endpoint", "https://geo.example/", "Where.");
                static final SettingKey<Optional<String>> TOKEN = SettingKey.secret("token", "Lets in.");
                record GeoSettings(String endpoint, Optional<String> token) {
                    GeoSettings {
                        if (token.isPresent() && endpoint.startsWith("http:")) {
                            throw new InvalidValueException("token", "must not go over http: use https");
                        }
                    }
                }
                public String name() { return "geo"; }
                public List<SettingKey<?>> settings() { return List.of(ENDPOINT, TOKEN); }
                public void checkSettings(Settings values) {
                    new GeoSettings(values.get(ENDPOINT), values.get(TOKEN));
                }
                public HealthReport check() { return HealthReport.healthy(Map.of()); }
            }
            """;

    @TempDir
    private Path folder;

    private TestCli cli = new TestCli(Path.of("."));

    @BeforeEach
    void installPlugin() throws IOException {
        cli = new TestCli(folder);
        Map<String, String> sources = Map.of(
                "module-info.java",
                "module geo { requires tasker.events.api;"
                        + " provides tasker.events.api.spi.HealthContributor with geo.Geo; }",
                "geo/Geo.java",
                GEO);
        TestJars jars = new TestJars(folder);
        jars.jar(Files.createDirectories(folder.resolve("plugins")).resolve("geo.jar"), jars.compile("geo", sources));
    }

    @Test
    void theSectionIsShownWithItsOriginsAndWithoutItsSecret() throws IOException {
        Files.writeString(folder.resolve("tasker.toml"), "[geo]\nendpoint = \"https://geo.example/v2\"\n");
        cli.variable("TASKER_GEO_TOKEN", "hush");

        assertThat(cli.run("config", "--local")).isZero();
        assertThat(cli.out())
                .containsPattern("geo.endpoint +https://geo.example/v2 +.*tasker.toml:2")
                .containsPattern("geo.token +\\(set\\) +TASKER_GEO_TOKEN")
                .doesNotContain("hush");
    }

    @Test
    void aSlipIsAnsweredWithTheNearestSettingOfThePlugin() throws IOException {
        Files.writeString(folder.resolve("tasker.toml"), "[geo]\nendpiont = \"https://geo.example/v2\"\n");

        assertThat(cli.run("config", "--local")).isEqualTo(2);
        assertThat(cli.err()).contains("TASKER-C103 'geo.endpiont' (", "did you mean 'geo.endpoint'?");
    }

    @Test
    void whatTheRecordRefusesIsAWrongConfiguration() {
        cli.variable("TASKER_GEO_TOKEN", "hush");

        assertThat(cli.run("config", "--local", "--set", "geo.endpoint=http://geo.example/"))
                .isEqualTo(2);
        assertThat(cli.err())
                .contains(
                        "TASKER-C109 the settings of [geo] do not fit together: 'token' must not go over http: use https",
                        "endpoint = http://geo.example/ (--set",
                        "token = (set) (TASKER_GEO_TOKEN)")
                .doesNotContain("hush");
    }

    @Test
    void whatIsExcludedIsListedWithTheSettingThatSaysSo() {
        assertThat(cli.run("modules", "--set", "worker.exclude=geo")).isZero();

        assertThat(cli.out())
                .containsPattern("HealthContributor +- +unused +geo")
                .contains("unused: TASKER-P213", "worker.exclude (--set");
    }
}
