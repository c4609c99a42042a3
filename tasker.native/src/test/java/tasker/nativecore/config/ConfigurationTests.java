package tasker.nativecore.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.events.api.ConfigOrigin;
import tasker.events.api.ConfigSetting;
import tasker.events.api.WorkerConfig;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;

class ConfigurationTests {
    private static final List<ConfigSection> SECTIONS = List.of(WorkerSettings.section(), DatabaseKeys.section());

    @TempDir
    Path folder;

    @Test
    void defaultsAreInForceWhereNothingElseIsSaid() {
        ResolvedConfiguration resolved = Configuration.builder().build().resolve(SECTIONS);

        WorkerConfig worker = WorkerSettings.read(resolved.section("worker"));
        assertThat(worker)
                .isEqualTo(new WorkerConfig(
                        worker.workerId(), "default", "development", 50, 1_000, 64, 30_000, 1_000, 1_000));
        assertThat(worker.workerId()).endsWith("-" + ProcessHandle.current().pid());
        assertThat(DatabaseKeys.read(resolved.section("database"))).isEmpty();
        assertThat(resolved.settings()).allMatch(setting -> setting.origin() == ConfigOrigin.DEFAULT);
        assertThat(resolved.warnings()).isEmpty();
    }

    @Test
    void eachLayerIsStrongerThanTheOneBefore() throws IOException {
        Path file = write("""
                [worker]
                namespace = "from_file"
                environment = "from file"
                max-concurrent-handlers = 7
                """);
        ResolvedConfiguration resolved = Configuration.builder()
                .flag("worker.namespace", "from_flag", "--namespace")
                .environment(Map.of(
                        "TASKER_WORKER_NAMESPACE", "from_variable",
                        "TASKER_WORKER_ENVIRONMENT", "from variable",
                        "PATH", "/bin"))
                .file(file)
                .build()
                .resolve(SECTIONS);

        assertThat(shown(resolved, "worker.namespace"))
                .isEqualTo(new ConfigSetting("worker.namespace", "from_flag", ConfigOrigin.FLAG, "--namespace"));
        assertThat(shown(resolved, "worker.environment"))
                .isEqualTo(new ConfigSetting(
                        "worker.environment", "from variable", ConfigOrigin.ENVIRONMENT, "TASKER_WORKER_ENVIRONMENT"));
        assertThat(shown(resolved, "worker.max-concurrent-handlers"))
                .isEqualTo(new ConfigSetting("worker.max-concurrent-handlers", "7", ConfigOrigin.FILE, file + ":4"));
        assertThat(shown(resolved, "worker.handler-timeout-ms"))
                .isEqualTo(new ConfigSetting("worker.handler-timeout-ms", "30000", ConfigOrigin.DEFAULT, "default"));
        assertThat(resolved.section("worker").get(WorkerSettings.NAMESPACE)).isEqualTo("from_flag");
    }

    @Test
    void valuesOfEveryKindAreRead() throws IOException {
        SettingKey<Boolean> flag = SettingKey.flag("tls", false, "Whether.");
        SettingKey<Duration> wait =
                SettingKey.millis("wait-ms", Duration.ZERO, Duration.ZERO, Duration.ofMinutes(1), "How long.");
        SettingKey<Optional<String>> token = SettingKey.secret("token", "A secret.");
        SettingKey<String> since = SettingKey.text("since", "", "A date.");
        ConfigSection section = new ConfigSection("http", List.of(flag, wait, token, since));
        Path file = write("""
                # A comment with token = "no"
                [http]
                since = 2026-01-31
                "tls" = true
                wait-ms = 1_000
                token = '''
                since = "inside of a text"'''
                """);

        Settings http = Configuration.builder()
                .file(file)
                .build()
                .resolve(List.of(section))
                .section("http");

        assertThat(http.get(flag)).isTrue();
        assertThat(http.get(wait)).isEqualTo(Duration.ofSeconds(1));
        assertThat(http.get(token)).contains("since = \"inside of a text\"");
        assertThat(http.get(since)).isEqualTo("2026-01-31");
    }

    @Test
    void theLineOfEveryWayToWriteAKeyIsKnown() throws IOException {
        Path file = write("""
                database = { url = "jdbc:x" }
                worker.namespace = "a"
                "worker" . "environment" = \"""
                worker.worker-id = "b"
                \"""
                worker.worker-id = "c"
                """);
        ResolvedConfiguration resolved =
                Configuration.builder().file(file).build().resolve(SECTIONS);

        assertThat(resolved.settings())
                .filteredOn(setting -> setting.origin() == ConfigOrigin.FILE)
                .extracting(ConfigSetting::key, ConfigSetting::source)
                .containsExactlyInAnyOrder(
                        tuple("database.url", file + ":1"),
                        tuple("worker.namespace", file + ":2"),
                        tuple("worker.environment", file + ":3"),
                        tuple("worker.worker-id", file + ":6"));
    }

    @Test
    void aSettingIsReadOnlyByItsOwnSection() {
        Settings worker = Configuration.builder().build().resolve(SECTIONS).section("worker");

        assertThatThrownBy(() -> worker.get(DatabaseKeys.PROVIDER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'worker' declares no setting 'provider'");
    }

    @Test
    void servicesOfOneNameShareASection() {
        SettingKey<Integer> first = SettingKey.integer("size", 1, 1, 9, "How many.");
        SettingKey<Integer> second = SettingKey.integer("size", 1, 1, 5, "How many.");
        List<ConfigSection> sections =
                List.of(new ConfigSection("orders", List.of(first)), new ConfigSection("orders", List.of(second)));

        ResolvedConfiguration resolved = Configuration.builder()
                .flag("orders.size", "4", "--size")
                .build()
                .resolve(sections);

        assertThat(resolved.section("orders").get(first)).isEqualTo(4);
        assertThat(resolved.section("orders").get(second)).isEqualTo(4);
        assertThat(resolved.settings()).hasSize(1);
        assertThatThrownBy(() -> Configuration.builder()
                        .flag("orders.size", "6", "--size")
                        .build()
                        .resolve(sections))
                .hasMessage("TASKER-C104 'orders.size' (--size) is '6'; expected a whole number from 1 to 5");
    }

    @Test
    void settingsAreListedInTheirOrderWithoutSecrets() throws IOException {
        Path file = write("""
                [database]
                url = "jdbc:postgresql://db:5432/orders?password=hunter2&ssl=true"
                password = "hunter3"
                """);
        ResolvedConfiguration resolved =
                Configuration.builder().file(file).build().resolve(SECTIONS);

        assertThat(resolved.settings().getFirst().key()).isEqualTo("worker.worker-id");
        assertThat(resolved.settings())
                .filteredOn(setting -> setting.key().startsWith("database."))
                .extracting(ConfigSetting::key, ConfigSetting::value)
                .containsExactly(
                        tuple("database.provider", ""),
                        tuple("database.url", "jdbc:postgresql://db:5432/orders?password=***&ssl=true"),
                        tuple("database.user", ""),
                        tuple("database.password", "(set)"),
                        tuple("database.password-file", ""));
        assertThat(resolved.settings().toString()).doesNotContain("hunter");
        assertThat(shown(Configuration.builder().build().resolve(SECTIONS), "database.password")
                        .value())
                .isEqualTo("(not set)");
    }

    @Test
    void aFlagIsShownEvenWhenItsNameEndsLikeThatOfASecret() {
        List<ConfigSection> door =
                List.of(new ConfigSection("door", List.of(SettingKey.flag("allow-without-token", false, "A flag."))));
        Configuration open = Configuration.builder()
                .flag("door.allow-without-token", "true", "test")
                .build();

        assertThat(shown(Configuration.builder().build().resolve(door), "door.allow-without-token"))
                .returns("false", ConfigSetting::value);
        assertThat(shown(open.resolve(door), "door.allow-without-token")).returns("true", ConfigSetting::value);
    }

    @Test
    void theShownWorkerIdIsTheOneInForce() {
        ResolvedConfiguration resolved = Configuration.builder().build().resolve(SECTIONS);

        assertThat(shown(resolved, "worker.worker-id").value())
                .isEqualTo(resolved.section("worker").get(WorkerSettings.WORKER_ID))
                .isNotBlank();
    }

    @Test
    void anUnknownVariableIsAWarningWithASuggestion() {
        ResolvedConfiguration resolved = Configuration.builder()
                .environment(Map.of(
                        "TASKER_WORKER_NAMSPACE", "x",
                        "TASKER_SERVICE_HOST", "10.0.0.1",
                        "TASKER_HOME", "/opt/tasker",
                        "TASKER_CONFIG", "/etc/tasker.toml",
                        "TASKER_JAVA_OPTS", "-Xmx1g"))
                .build()
                .resolve(SECTIONS);

        assertThat(resolved.warnings())
                .containsExactly(
                        "TASKER-C106 the environment variable TASKER_SERVICE_HOST is no setting and has no effect",
                        "TASKER-C106 the environment variable TASKER_WORKER_NAMSPACE is no setting and has no effect;"
                                + " did you mean TASKER_WORKER_NAMESPACE?");
    }

    @Test
    void aSectionWithoutSettingsHasNone() {
        ResolvedConfiguration resolved = Configuration.builder().build().resolve(List.of());

        assertThat(resolved.settings()).isEmpty();
        assertThatThrownBy(() -> resolved.section("other").get(WorkerSettings.NAMESPACE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Path write(String toml) throws IOException {
        return Files.writeString(folder.resolve("tasker.toml"), toml);
    }

    private static ConfigSetting shown(ResolvedConfiguration resolved, String key) {
        return resolved.settings().stream()
                .filter(setting -> setting.key().equals(key))
                .findFirst()
                .orElseThrow();
    }
}
