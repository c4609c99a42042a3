package tasker.bootstrap.console;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Tell whether a standard stream of this process is a terminal. */
final class Terminals {
    static final int STDIN = 0;
    static final int STDOUT = 1;
    static final int STDERR = 2;

    private Terminals() {}

    /**
     * Whether a person sees what is written to this file descriptor.
     *
     * <p>Linux shows where each descriptor leads; {@link Console} knows only whether standard input and output together
     * are a terminal, which is what is left on other systems.
     */
    static boolean isTerminal(int descriptor) {
        Path link = Path.of("/proc/self/fd/" + descriptor);
        if (Files.isSymbolicLink(link)) {
            try {
                String target = Files.readSymbolicLink(link).toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
            } catch (IOException ignored) {
                return false;
            }
        }
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }
}
