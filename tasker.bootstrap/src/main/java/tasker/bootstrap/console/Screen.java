package tasker.bootstrap.console;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Take a terminal over for frames that replace each other, and give it back as it was; for use by one thread, but where
 * a method says otherwise.
 *
 * @see <a href="https://invisible-island.net/xterm/ctlseqs/ctlseqs.html">Control sequences</a>
 */
public final class Screen implements AutoCloseable {
    /** A screen beside the one with the user's own lines, no cursor, and lines that are too long end at the edge. */
    private static final String ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";

    private static final String LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
    private static final String TOP = "\u001b[H";
    private static final String END_OF_LINE = "\u001b[K";
    private static final String REST = "\u001b[J";

    private final PrintStream out;
    private final TerminalDevice device;
    private final boolean hasKeys;
    private boolean left;

    Screen(PrintStream out, TerminalDevice device) {
        this.out = out;
        this.device = device;
        hasKeys = device.takeKeys();
        out.print(ENTER);
        out.flush();
    }

    /** Whether standard input brings each key as it is pressed. */
    public boolean hasKeys() {
        return hasKeys;
    }

    /** Ask the terminal for its size only after it has {@link #resized() changed}. */
    public void watchSize() {
        device.watchSize();
    }

    /** The terminal has got another size; called by any thread. */
    public void resized() {
        device.resized();
    }

    /** How large the terminal is now. */
    public ScreenSize size() {
        return device.size();
    }

    /**
     * Show these lines and nothing else. They are written over what was there, which does not flicker.
     *
     * @return whether the terminal is still there
     */
    public synchronized boolean draw(List<String> lines) {
        if (left) {
            return false;
        }
        out.print(lines.stream().collect(Collectors.joining(END_OF_LINE + "\r\n", TOP, END_OF_LINE + REST)));
        return !out.checkError();
    }

    /** Give the terminal back; called by any thread, and by a second one when the first does not get on. */
    @Override
    public void close() {
        // First what a terminal that takes no output can do, too.
        device.restore();
        leave();
    }

    private synchronized void leave() {
        if (!left) {
            left = true;
            out.print(LEAVE);
            out.flush();
        }
    }
}
