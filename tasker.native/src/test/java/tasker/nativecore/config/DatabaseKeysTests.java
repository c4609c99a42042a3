package tasker.nativecore.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.Settings;

class DatabaseKeysTests {
    private static final String URL = "jdbc:postgresql://db:5432/orders";

    @TempDir
    Path folder;

    @Test
    void urlUserAndPasswordAreRead() {
        assertThat(read(Map.of("url", URL, "user", "app", "password", "hunter2")))
                .contains(new DatabaseSettings(URL, Optional.of("app"), Optional.of("hunter2")));
        assertThat(read(Map.of("url", URL))).contains(new DatabaseSettings(URL, Optional.empty(), Optional.empty()));
        assertThat(read(Map.of("user", "app"))).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(nullValues = "-", textBlock = """
            jdbc:postgresql://db/o?user=a&password=p,         jdbc:postgresql://db/o,          a, p
            jdbc:postgresql://db/o?ssl=true&password=p%26%2B, jdbc:postgresql://db/o?ssl=true, -, p&+
            jdbc:postgresql://a:p%40@db:5432/o?ssl=true,      jdbc:postgresql://db:5432/o?ssl=true, a, p@
            jdbc:postgresql://a:p?s/s@db/o?x=y,               jdbc:postgresql://db/o?x=y,      a, p?s/s
            jdbc:postgresql://a:1@db/o?application=me@corp,   jdbc:postgresql://db/o?application=me@corp, a, 1
            jdbc:postgresql://db:5432/o?user=me@corp,         jdbc:postgresql://db:5432/o,     me@corp, -
            jdbc:postgresql://a@db/o,                         jdbc:postgresql://db/o,          a, -
            jdbc:postgresql:o?password=,                      jdbc:postgresql:o,               -, -
            jdbc:postgresql://h1:1,                           jdbc:postgresql://h1:1,          -, -
            """)
    void credentialsAreTakenOutOfTheUrl(String url, String without, @Nullable String user, @Nullable String password) {
        assertThat(read(Map.of("url", url)))
                .contains(new DatabaseSettings(without, Optional.ofNullable(user), Optional.ofNullable(password)));
    }

    @Test
    void theUserOfItsOwnSettingIsStronger() {
        assertThat(read(Map.of("url", URL + "?user=a", "user", "b"))
                        .orElseThrow()
                        .user())
                .contains("b");
    }

    @Test
    void thePasswordIsTheFirstLineOfItsFile() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), " hunter 2 \r\nmore\n");

        assertThat(read(Map.of("url", URL, "password-file", file.toString()))
                        .orElseThrow()
                        .password())
                .contains(" hunter 2 ");
    }

    @Test
    void aPasswordFileThatHoldsNoneIsRefused() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        Path large = Files.write(folder.resolve("large"), new byte[10_000]);
        Path missing = folder.resolve("missing");

        assertRefused(
                Map.of("url", URL, "password-file", empty.toString()),
                empty + "' of 'database.password-file'" + " holds no password on its first line");
        assertRefused(Map.of("url", URL, "password-file", large.toString()), "is larger than 8192 bytes");
        assertRefused(Map.of("url", URL, "password-file", missing.toString()), "cannot be read (NoSuchFileException)");
        assertRefused(Map.of("url", URL, "password-file", "\0"), "is no path");
    }

    @Test
    void twoPasswordsAreOneTooMany() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "hunter2");

        assertRefused(
                Map.of("url", URL, "password", "hunter3", "password-file", file.toString()), "set more than once");
        assertRefused(Map.of("url", URL + "?password=hunter2", "password", "hunter3"), "set more than once");
    }

    private static void assertRefused(Map<String, String> values, String problem) {
        assertThatThrownBy(() -> read(values))
                .isInstanceOf(TaskerException.class)
                .hasMessageStartingWith("TASKER-C105 ")
                .hasMessageContaining(problem)
                .hasMessageNotContainingAny("hunter2", "hunter3");
    }

    private static Optional<DatabaseSettings> read(Map<String, String> values) {
        Configuration.Builder builder = Configuration.builder();
        values.forEach((name, value) -> builder.flag("database." + name, value, "--" + name));
        Settings settings =
                builder.build().resolve(List.of(DatabaseKeys.section())).section("database");
        return DatabaseKeys.read(settings);
    }
}
