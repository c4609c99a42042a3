package tasker.bootstrap.console;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Keep what a command prints. */
public final class CapturedConsole {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Console console;

    private CapturedConsole(boolean terminal, Map<String, String> environment) {
        console = new Console(stream(out), stream(err), terminal, terminal, environment);
    }

    /** A console whose output goes to pipes. */
    public static CapturedConsole pipes() {
        return pipes(Map.of());
    }

    /** A console whose output goes to pipes, with these environment variables. */
    public static CapturedConsole pipes(Map<String, String> environment) {
        return new CapturedConsole(false, environment);
    }

    /** A console that is a terminal. */
    public static CapturedConsole terminal(Map<String, String> environment) {
        return new CapturedConsole(true, environment);
    }

    /** What commands print to. */
    public Console console() {
        return console;
    }

    /** What was printed to standard output. */
    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What was printed to standard error. */
    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
