package tasker.bootstrap.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tasker.bootstrap.console.CapturedConsole;
import tasker.nativecore.config.Configuration;

/** Look at files by hand, so that no test waits for a clock. */
class LevelWatchTests {
    private final CapturedConsole captured = CapturedConsole.pipes();
    private final Logger watched = (Logger) LoggerFactory.getLogger("tasker.test.watched");

    @TempDir
    Path folder;

    private int reads;

    @BeforeEach
    void begin() {
        Logging.use(new LogSettings(Level.INFO, LogFormat.PLAIN), captured.console());
    }

    @AfterEach
    void putBack() {
        Logging.use(LogSettings.QUIET, captured.console());
    }

    private LevelWatch watch(Path file) {
        return LevelWatch.of(Optional.of(file), () -> {
            reads++;
            Configuration now = Configuration.builder().file(file).build();
            return LogSettings.of(now.section(LogSettings.SECTION), Level.INFO);
        });
    }

    private Path write(String toml) throws IOException {
        // As a whole and anew, so that it is another file whatever the resolution of its times.
        Path written = Files.writeString(folder.resolve("next.toml"), toml);
        return Files.move(written, folder.resolve("tasker.toml"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void otherLevelsInTheFileAreUsedAndGoneOnesInheritAgain() throws IOException {
        LevelWatch watch = watch(write("[logging]\nlevel = 'info'\n"));
        watch.look();
        assertThat(watched.isDebugEnabled()).isFalse();

        write("[logging]\nlevel = 'warn'\nlevels = 'tasker.test.watched=debug'\n");
        watch.look();
        assertThat(watched.isDebugEnabled()).isTrue();
        assertThat(LoggerFactory.getLogger("tasker.test.other").isInfoEnabled()).isFalse();

        write("[logging]\nlevel = 'warn'\n");
        watch.look();
        assertThat(watched.getLevel()).isNull();
        assertThat(watched.isInfoEnabled()).isFalse();
    }

    @Test
    void aFileThatStaysIsReadOnce() throws IOException {
        LevelWatch watch = watch(write("[logging]\nlevel = 'info'\n"));
        watch.look();
        watch.look();
        watch.look();

        assertThat(reads).isEqualTo(1);
    }

    @Test
    void aFileThatIsWrongOrGoneChangesNothingAndIsLoggedOnce() throws IOException {
        Path file = write("[logging]\nlevels = 'tasker.test.watched=debug'\n");
        LevelWatch watch = watch(file);
        watch.look();

        write("[logging]\nlevels = 'tasker.test.watched=loud'\n");
        watch.look();
        watch.look();
        assertThat(watched.isDebugEnabled()).isTrue();
        assertThat(captured.err()).containsOnlyOnce("TASKER-C104").contains("event=log_levels_not_read", "'loud'");

        Files.delete(file);
        watch.look();
        watch.look();
        assertThat(watched.isDebugEnabled()).isTrue();
        assertThat(captured.err()).containsOnlyOnce("TASKER-C101");
    }

    @Test
    void theFormatStaysWhatItWas() throws IOException {
        LevelWatch watch = watch(write("[logging]\nformat = 'json'\nlevel = 'debug'\n"));
        watch.look();

        assertThat(Logging.settings().format()).isEqualTo(LogFormat.PLAIN);
        assertThat(Logging.settings().level()).isEqualTo(Level.DEBUG);
    }
}
