package tasker.nativecore.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tasker.events.api.InvalidValueException;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;

/** Declare the section {@code [database]}: where the database is, or who runs one. */
public final class DatabaseKeys {
    /** The name of the provider that runs a database. */
    public static final SettingKey<Optional<String>> PROVIDER = SettingKey.optionalText(
            "provider", "Which installed provider runs the database; left out when url says where one is.");

    /** Where the database is. */
    public static final SettingKey<Optional<String>> URL = SettingKey.parsed(
            "url",
            "JDBC URL, such as jdbc:postgresql://localhost:5432/orders",
            "",
            "Where the database is; user and password are better kept in settings of their own.",
            DatabaseKeys::url);

    /** The account. */
    public static final SettingKey<Optional<String>> USER =
            SettingKey.optionalText("user", "The account that the worker uses.");

    /** The account's password. */
    public static final SettingKey<Optional<String>> PASSWORD =
            SettingKey.secret("password", "The account's password; better kept in a file.");

    /** A file that holds the password. */
    public static final SettingKey<Optional<String>> PASSWORD_FILE = SettingKey.optionalText(
            "password-file",
            "A file that holds the password, on its first line; read again when the database refuses it.");

    private static final int MAX_PASSWORD_FILE_BYTES = 8_192;

    private DatabaseKeys() {}

    /** The section {@code [database]}. */
    public static ConfigSection section() {
        return new ConfigSection("database", List.of(PROVIDER, URL, USER, PASSWORD, PASSWORD_FILE));
    }

    /**
     * Read how to reach the database; empty when no URL is set. User and password are taken out of the URL.
     *
     * @throws TaskerException {@code TASKER-C105} when the password file cannot be read, or there are two passwords
     */
    public static Optional<DatabaseSettings> read(Settings settings) {
        return settings.get(URL).map(text -> {
            JdbcUrl url = JdbcUrl.parse(text);
            return new DatabaseSettings(
                    url.text(), settings.get(USER).or(url::user), password(settings, url.password()));
        });
    }

    private static Optional<String> password(Settings settings, Optional<String> inUrl) {
        Optional<String> inFile = settings.get(PASSWORD_FILE).map(DatabaseKeys::readPassword);
        Optional<String> inline = settings.get(PASSWORD);
        if (List.of(inFile, inline, inUrl).stream().filter(Optional::isPresent).count() > 1) {
            throw new TaskerException(
                    "TASKER-C105",
                    "the database's password is set more than once; keep one of 'database.password-file',"
                            + " 'database.password' and a password in 'database.url'");
        }
        return inFile.or(() -> inline).or(() -> inUrl);
    }

    private static String readPassword(String file) {
        String problem;
        try {
            Path path = Path.of(file);
            if (Files.size(path) > MAX_PASSWORD_FILE_BYTES) {
                problem = "is larger than " + MAX_PASSWORD_FILE_BYTES + " bytes";
            } else {
                Optional<String> first = Files.readString(path).lines().findFirst();
                if (first.isPresent() && !first.get().isEmpty()) {
                    return first.get();
                }
                problem = "holds no password on its first line";
            }
        } catch (InvalidPathException ignored) {
            problem = "is no path";
        } catch (IOException e) {
            problem = "cannot be read (" + e.getClass().getSimpleName() + ")";
        }
        throw new TaskerException(
                "TASKER-C105",
                "the file '" + file + "' of 'database.password-file' " + problem
                        + "; name a file that the worker's account can read");
    }

    private static Optional<String> url(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        if (!text.startsWith("jdbc:")) {
            throw new InvalidValueException(
                    "url", "is '" + text + "'; expected a JDBC URL, such as jdbc:postgresql://localhost:5432/orders");
        }
        try {
            JdbcUrl.parse(text);
        } catch (IllegalArgumentException ignored) {
            throw new InvalidValueException(
                    "url", "is '" + text + "'; a % in its user or password must be followed by two hexadecimal digits");
        }
        return Optional.of(text);
    }
}
