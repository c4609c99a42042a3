package tasker.plugins.embeddedpostgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchdogIT {
    /** Ignore signals for a while, as a server that has only just begun does, then tell which one ended it. */
    private static final String LATE = "sleep 1; $SIG{QUIT} = sub { print 'QUIT'; exit };"
            + " $SIG{INT} = sub { print 'INT'; exit }; sleep 1 while 1";

    @TempDir
    Path folder;

    @Test
    void aCommandThatHasOnlyJustBegunIsStillEndedGently() throws Exception {
        Path log = folder.resolve("log");
        Watchdog watchdog = Watchdog.start(List.of("perl", "-e", LATE), log, Path.of("/dev/null"), Optional.empty());

        watchdog.close();

        assertThat(Files.readString(log)).isEqualTo("INT");
    }
}
