package tasker.bootstrap.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTests {
    @Test
    void aNoteTakesTheProgressLineAwayAndDrawsItAgainBelow() {
        CapturedConsole captured = CapturedConsole.terminal(Map.of());

        captured.console().status("50 %");
        captured.console().note("worker is up");

        assertThat(captured.err()).isEqualTo("50 %\r\u001b[Kworker is up\n50 %");
    }

    @Test
    void theProgressLineIsRewrittenInPlace() {
        CapturedConsole captured = CapturedConsole.terminal(Map.of());

        captured.console().status("50 %");
        captured.console().status("60 %");
        captured.console().endStatus();

        assertThat(captured.err()).isEqualTo("50 %\r\u001b[K60 %\r\u001b[K");
    }

    @Test
    void aProgressLineNeverWraps() {
        CapturedConsole captured = CapturedConsole.terminal(Map.of());

        captured.console().status("x".repeat(200));

        assertThat(captured.err()).isEqualTo("x".repeat(79));
    }

    @Test
    void aPipeGetsNoControlCharacters() {
        CapturedConsole captured = CapturedConsole.pipes();

        captured.console().status("50 %");
        captured.console().note("done");
        captured.console().endStatus();

        assertThat(captured.err()).isEqualTo("done\n");
    }

    @Test
    void dataAreUtf8WhateverTheLocaleSays() {
        CapturedConsole captured = CapturedConsole.pipes();

        assertThat(captured.console().data("Größe ✓")).isTrue();

        assertThat(captured.out()).isEqualTo("Größe ✓\n");
    }

    @Test
    void aReaderThatWentAwayIsNoticed() {
        PrintStream broken = new PrintStream(new BrokenPipe(), false, StandardCharsets.UTF_8);
        Console console = new Console(broken, broken, false, false, Map.of());

        assertThat(console.data("a line")).isFalse();
    }

    @Test
    void coloursNeedATerminalAndNoObjection() {
        assertThat(Style.of(true, Map.of()).bad("no")).isEqualTo("\u001b[31mno\u001b[0m");
        assertThat(Style.of(false, Map.of()).bad("no")).isEqualTo("no");
        assertThat(Style.of(true, Map.of("NO_COLOR", "1")).bad("no")).isEqualTo("no");
        assertThat(Style.of(true, Map.of("TERM", "dumb")).bad("no")).isEqualTo("no");
    }

    /** An output that nobody reads any more. */
    private static final class BrokenPipe extends OutputStream {
        @Override
        public void write(int character) throws IOException {
            throw new IOException("Broken pipe");
        }
    }
}
