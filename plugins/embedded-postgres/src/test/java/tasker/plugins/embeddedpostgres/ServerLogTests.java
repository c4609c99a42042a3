package tasker.plugins.embeddedpostgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerLogTests {
    @TempDir
    Path folder;

    @Test
    void anErrorEndsWithTheLastLinesOfTheLog() throws Exception {
        ServerLog log = new ServerLog(folder.resolve("server.log"));
        Files.writeString(
                log.file(),
                IntStream.rangeClosed(1, 5_000).mapToObj(i -> "line " + i).collect(Collectors.joining("\n")));

        assertThat(log.tail())
                .contains(log.file().toString())
                .endsWith("\n    line 4999\n    line 5000")
                .doesNotContain("line 4988\n");
    }

    @Test
    void aLogThatIsMissingHidesNoError() {
        assertThat(new ServerLog(folder.resolve("server.log")).tail()).contains("cannot be read");
    }

    @Test
    void aNewStartKeepsTheLogOfTheOneBefore() throws Exception {
        ServerLog log = new ServerLog(folder.resolve("server.log"));
        Files.writeString(log.file(), "first");
        log.rotate();
        Files.writeString(log.file(), "second");
        log.rotate();

        assertThat(folder.resolve("server.log.1")).hasContent("second");
        assertThat(log.file()).doesNotExist();
    }
}
