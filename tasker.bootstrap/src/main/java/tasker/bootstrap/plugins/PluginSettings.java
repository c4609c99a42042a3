package tasker.bootstrap.plugins;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.SettingKey;
import tasker.events.api.spi.Settings;
import tasker.nativecore.config.ConfigSection;

/** Declare the section {@code [plugins]}: where plugins are, and which of them may be loaded. */
public final class PluginSettings {
    /** The plugin folder. */
    public static final SettingKey<Optional<String>> DIRECTORY = SettingKey.optionalText(
            "directory",
            "The folder whose jars and folders are loaded as plugins; by default 'plugins' in the runtime image.");

    private static final SettingKey<Optional<String>> WORK_DIRECTORY = SettingKey.optionalText(
            "work-directory",
            "The folder that plugins are copied to before they are loaded, which only the worker's account may use; by"
                    + " default one of its own in the system's folder for temporary files.");

    private static final SettingKey<Optional<String>> TRUST_STORE = SettingKey.optionalText(
            "trust-store",
            "A PKCS12 key store: when it is set, every jar of a plugin must be signed, in all its entries, by a"
                    + " certificate that is in it or was issued by one that is.");

    private static final SettingKey<Optional<String>> TRUST_STORE_PASSWORD =
            SettingKey.secret("trust-store-password", "The password of the trust store; better kept in a file.");

    private static final SettingKey<Optional<String>> TRUST_STORE_PASSWORD_FILE = SettingKey.optionalText(
            "trust-store-password-file", "A file that holds the password of the trust store, on its first line.");

    private static final SettingKey<Optional<String>> ALLOWED_SHA256 = SettingKey.optionalText(
            "allowed-sha256",
            "The SHA-256 of each jar that may be loaded, separated by commas, or a file of them, one a line, as"
                    + " sha256sum prints them; left out, every jar may.");

    /** Whether the plugin folders are watched, which only a worker that keeps running does. */
    public static final SettingKey<Boolean> WATCH = SettingKey.flag(
            "watch",
            false,
            "Whether a running worker loads what is put into the plugin folder, replaces what changes there, and stops"
                    + " what is deleted.");

    /** How long to pause between two looks at the plugin folders. */
    public static final SettingKey<Duration> WATCH_PAUSE = SettingKey.millis(
            "watch-pause-ms",
            Duration.ofSeconds(1),
            Duration.ofMillis(10),
            Duration.ofHours(1),
            "How long to pause between two looks at a watched plugin folder; a jar is loaded when two looks in a row"
                    + " find it the same.");

    /** How long a plugin that is taken out may go on. */
    public static final SettingKey<Duration> STOP_TIMEOUT = SettingKey.millis(
            "stop-timeout-ms",
            Duration.ofSeconds(30),
            Duration.ZERO,
            Duration.ofHours(1),
            "How long a plugin that is stopped or replaced while the worker runs may go on with what it has begun, and"
                    + " then as long again to close.");

    /** The section itself. */
    public static final ConfigSection SECTION = new ConfigSection(
            "plugins",
            List.of(
                    DIRECTORY,
                    WORK_DIRECTORY,
                    TRUST_STORE,
                    TRUST_STORE_PASSWORD,
                    TRUST_STORE_PASSWORD_FILE,
                    ALLOWED_SHA256,
                    WATCH,
                    WATCH_PAUSE,
                    STOP_TIMEOUT));

    private PluginSettings() {}

    /**
     * Make what loads plugins as configured.
     *
     * @throws TaskerException {@code TASKER-P126} when what verifies plugins cannot be read
     */
    public static PluginLoader loader(Settings settings) {
        return new PluginLoader(
                ModuleLayer.boot(),
                PluginStore.ofThisProcess(settings.get(WORK_DIRECTORY).map(Path::of)),
                verification(settings));
    }

    static PluginVerification verification(Settings settings) {
        return new PluginVerification(
                settings.get(TRUST_STORE)
                        .map(file -> new TrustedSigners(TrustStore.read(Path.of(file), password(settings)))),
                settings.get(ALLOWED_SHA256).map(AllowedJars::read));
    }

    private static Optional<String> password(Settings settings) {
        Optional<String> inline = settings.get(TRUST_STORE_PASSWORD);
        Optional<String> file = settings.get(TRUST_STORE_PASSWORD_FILE);
        if (inline.isPresent() && file.isPresent()) {
            throw new TaskerException(
                    "TASKER-P126",
                    "the password of the trust store is set twice; keep one of 'plugins.trust-store-password-file' and"
                            + " 'plugins.trust-store-password'");
        }
        return inline.or(() -> file.map(PluginSettings::firstLine));
    }

    private static String firstLine(String file) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.findFirst().orElse("");
        } catch (IOException | InvalidPathException | UncheckedIOException e) {
            throw new TaskerException(
                    "TASKER-P126",
                    "the file '" + file + "' of 'plugins.trust-store-password-file' cannot be read ("
                            + e.getClass().getSimpleName() + "); name a file that the worker's account can read",
                    e);
        }
    }
}
