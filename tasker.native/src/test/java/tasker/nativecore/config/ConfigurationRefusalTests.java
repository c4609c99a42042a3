package tasker.nativecore.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.SettingKey;

class ConfigurationRefusalTests {
    private static final List<ConfigSection> SECTIONS = List.of(WorkerSettings.section(), DatabaseKeys.section());

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            worker.namspace            | did you mean 'worker.namespace'?
            worker.polling_interval_ms | did you mean 'worker.polling-interval-ms'?
            worker.Namespace           | did you mean 'worker.namespace'?
            wroker.namespace           | did you mean 'worker.namespace'?
            namespace                  | did you mean 'worker.namespace'?
            database.namespace         | did you mean 'worker.namespace'?
            pgmq.namespace             | this runtime has no section [pgmq]; it has worker, database
            worker.colour              | [worker] has worker-id, namespace, environment
            dotabase.colour            | this runtime has no section [dotabase]; did you mean [database]?
            kafka.brokers              | this runtime has no section [kafka]; it has worker, database
            colour                     | settings stand in a section, one of worker, database
            """)
    void anUnknownKeyIsRefusedWithTheNearestOne(String key, String advice) {
        TaskerException refusal = refusal(Configuration.builder().flag(key, "some value", "--set"));

        assertThat(refusal.code()).isEqualTo("TASKER-C103");
        assertThat(refusal)
                .hasMessageStartingWith("TASKER-C103 '" + key + "' (--set) is no setting; ")
                .hasMessageContaining(advice);
        assertThat(refusal.getMessage()).doesNotContain("some value");
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            worker.polling-interval-ms     | soon      | is 'soon'; expected a whole number from 1 to 60000
            worker.polling-interval-ms     | 0         | is '0'; expected a whole number from 1 to 60000
            worker.max-concurrent-handlers | 100001    | is '100001'; expected a whole number from 1 to 100000
            worker.max-concurrent-handlers | 1.5       | is '1.5'; expected a whole number
            worker.namespace               | 1a        | is '1a'; expected letters, digits and _
            worker.namespace               | ``        | must not be blank
            worker.namespace               | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | has 30 characters; at most 29 are allowed
            worker.environment             | ` `       | must not be blank
            database.url                   | localhost | is 'localhost'; expected a JDBC URL
            database.url                   | jdbc:x?password=p%zz | is 'jdbc:x?password=***'; a % in its user or password
            """)
    void aRefusedValueIsShownWithItsKeySourceAndRange(String key, String value, String problem) {
        TaskerException refusal = refusal(Configuration.builder().flag(key, value, "--set"));

        assertThat(refusal.code()).isEqualTo("TASKER-C104");
        assertThat(refusal)
                .hasMessageStartingWith("TASKER-C104 '" + key + "' (--set) ")
                .hasMessageContaining(problem);
    }

    @Test
    void everyProblemIsToldAtOnceWithItsLine() throws IOException {
        Path file = write("""
                [worker]
                namspace = "x"
                polling-interval-ms = "soon"
                environment = ["a", "b"]

                [worker.namespace]
                of = "orders"

                [kafka]
                brokers = "k:9092"
                """);

        assertThat(refusal(Configuration.builder()
                        .file(file)
                        .environment(Map.of("TASKER_WORKER_HANDLER_TIMEOUT_MS", "-1"))))
                .hasMessage("""
                        TASKER-C103 the configuration has 6 problems:
                          TASKER-C103 'worker.namspace' (%1$s:2) is no setting; did you mean 'worker.namespace'?
                          TASKER-C103 'kafka.brokers' (%1$s:10) is no setting; this runtime has no section [kafka]; \
                        it has worker, database
                          TASKER-C104 'worker.namespace' (%1$s:6) is a table; expected 1 to 29 letters, digits and _, \
                        not starting with a digit
                          TASKER-C104 'worker.environment' (%1$s:4) is a list; expected text of 1 to 64 characters
                          TASKER-C104 'worker.polling-interval-ms' (%1$s:3) is 'soon'; expected a whole number from 1 \
                        to 60000
                          TASKER-C104 'worker.handler-timeout-ms' (TASKER_WORKER_HANDLER_TIMEOUT_MS) is '-1'; expected \
                        a whole number from 1 to 86400000""".formatted(file));
    }

    @Test
    void aStrongerLayerPutsAWeakerOneRight() throws IOException {
        Path file = write("[worker]\nnamespace = \"1\"\n");

        assertThat(Configuration.builder()
                        .file(file)
                        .flag("worker.namespace", "a", "--namespace")
                        .build()
                        .resolve(SECTIONS)
                        .section("worker")
                        .get(WorkerSettings.NAMESPACE))
                .isEqualTo("a");
    }

    @Test
    void aVariableThatCouldMeanTwoSettingsIsRefused() {
        SettingKey<String> plain = SettingKey.text("name", "", "One.");
        SettingKey<String> dashed = SettingKey.text("line-name", "", "Another.");
        List<ConfigSection> sections =
                List.of(new ConfigSection("order-line", List.of(plain)), new ConfigSection("order", List.of(dashed)));
        TaskerException refusal = catchThrowableOfType(
                TaskerException.class,
                () -> Configuration.builder()
                        .environment(Map.of("TASKER_ORDER_LINE_NAME", "x"))
                        .build()
                        .resolve(sections));

        assertThat(refusal)
                .hasMessage("TASKER-C104 the environment variable TASKER_ORDER_LINE_NAME could mean each of"
                        + " [order-line.name, order.line-name]; set the one that is meant in tasker.toml instead");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "[database]\npassword = hunter2\n",
                "[database]\npassword = \"hunter2\npassword = \"hunter2\"\n",
                "[database]\npassword = \"hunter2\"\npassword = \"hunter2\"\n",
                "[database]\npassword = \"hunter2\" \"hunter2\"\n",
                "[database]\npassword = 0hunter2\n",
                "[database]\npassword = 12_hunter2\n",
                "[database]\npassword = \"\\hunter2\"\n",
                "[database\npassword = \"hunter2\"\n",
                "hunter2",
            })
    void aFileThatIsNotTomlIsRefusedWithThePlaceButNotTheText(String toml) throws IOException {
        Path file = write(toml);
        TaskerException refusal = catchThrowableOfType(
                TaskerException.class, () -> Configuration.builder().file(file));

        assertThat(refusal)
                .hasMessageMatching("(?s)TASKER-C102 the file '.*tasker.toml' is not TOML at line \\d, column \\d+: .*")
                .hasNoCause();
        assertThat(refusal.getMessage()).doesNotContain("hunter");
    }

    @Test
    void aFileThatCannotBeReadIsRefused() throws IOException {
        Path missing = folder.resolve("missing.toml");
        Path latin1 = Files.write(folder.resolve("latin1.toml"), "a = \"é\"".getBytes(StandardCharsets.ISO_8859_1));
        Path large = Files.write(folder.resolve("large.toml"), new byte[(1 << 20) + 1]);

        assertThat(fileRefusal(missing))
                .hasMessage("TASKER-C101 the file '" + missing + "' does not exist; check the path");
        assertThat(fileRefusal(folder)).hasMessageStartingWith("TASKER-C101 the file '" + folder + "' cannot be read");
        assertThat(fileRefusal(latin1)).hasMessageContaining("TASKER-C102").hasMessageContaining("not UTF-8");
        assertThat(fileRefusal(large)).hasMessageContaining("TASKER-C101").hasMessageContaining("larger than");
    }

    @Test
    void nestingWithoutEndIsRefused() throws IOException {
        assertThat(fileRefusal(write("x = " + "[".repeat(100_000))))
                .hasMessageContaining("TASKER-C102")
                .hasMessageContaining("too deeply nested");
    }

    @Test
    void aSecretNeverStandsInAMessage() throws IOException {
        Path file = write("""
                [database]
                url = "postgres://app:hunter2@db/orders"
                password = ["hunter2"]
                pasword = "hunter2"

                [hunter]
                key = "hunter2"
                """);

        assertThat(refusal(Configuration.builder().file(file)).getMessage())
                .doesNotContain("hunter2")
                .contains("'database.url'", "postgres://app:***@db/orders", "'database.password'", "is a list");
    }

    @Test
    void aSecretThatIsRefusedIsNotRepeated() {
        ConfigSection section =
                new ConfigSection("http", List.of(SettingKey.parsed("endpoint", "URL", "http://x", "Where.", text -> {
                    throw new IllegalStateException("bad " + text);
                })));
        TaskerException refusal = catchThrowableOfType(
                TaskerException.class,
                () -> Configuration.builder()
                        .flag("http.endpoint", "http://me:hunter2@host/?a=1&password=hunter2", "--endpoint")
                        .build()
                        .resolve(List.of(section)));

        assertThat(refusal)
                .hasMessage("TASKER-C104 'http.endpoint' (--endpoint) is 'http://me:***@host/?a=1&password=***';"
                        + " expected URL (IllegalStateException)");
    }

    @Test
    void aSectionIsDeclaredWell() {
        SettingKey<String> key = SettingKey.text("a", "", "A.");

        assertThat(catchThrowableOfType(
                        IllegalArgumentException.class, () -> new ConfigSection("orders", List.of(key, key))))
                .hasMessage("the section 'orders' declares the setting 'a' twice");
        assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> new ConfigSection("Or.ders", List.of())))
                .hasMessageContaining("'Or.ders' is malformed");
    }

    private Path write(String toml) throws IOException {
        return Files.writeString(folder.resolve("tasker.toml"), toml);
    }

    private static TaskerException fileRefusal(Path file) {
        return catchThrowableOfType(
                TaskerException.class, () -> Configuration.builder().file(file));
    }

    private static TaskerException refusal(Configuration.Builder builder) {
        TaskerException refusal = catchThrowableOfType(
                TaskerException.class, () -> builder.build().resolve(SECTIONS));
        assertThat(refusal).isNotNull();
        return refusal;
    }
}
