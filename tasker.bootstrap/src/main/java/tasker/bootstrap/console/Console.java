package tasker.bootstrap.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Write data to standard output, and notes, progress and errors to standard error; always UTF-8.
 *
 * <p>Safe for use by many threads: a note never lands in the middle of the progress line.
 */
public final class Console {
    private static final String CLEAR_LINE = "\r\u001b[K";
    /** A line that wraps cannot be rewritten; no terminal in use is narrower. */
    private static final int MAX_STATUS = 79;

    /** How long a person who has asked twice is kept waiting for the terminal. */
    private static final Duration LEAVING = Duration.ofSeconds(2);

    private static final long PLAIN_STATUS_NANOS = Duration.ofSeconds(2).toNanos();

    private final PrintStream out;
    private final PrintStream err;
    private final boolean live;
    private final boolean hasScreen;
    private final TerminalDevice device;
    private final Style outStyle;
    private final Style errStyle;
    private volatile @Nullable Screen screen;
    private String status = "";
    private long plainStatusDue = System.nanoTime() + PLAIN_STATUS_NANOS;

    /** Write to these streams, and leave the terminal of this process alone. */
    public Console(
            PrintStream out,
            PrintStream err,
            boolean outIsTerminal,
            boolean errIsTerminal,
            Map<String, String> environment) {
        this(out, err, outIsTerminal, errIsTerminal, environment, new TerminalDevice(environment, false, false));
    }

    private Console(
            PrintStream out,
            PrintStream err,
            boolean outIsTerminal,
            boolean errIsTerminal,
            Map<String, String> environment,
            TerminalDevice device) {
        this.out = out;
        this.err = err;
        this.device = device;
        boolean moves = !environment.getOrDefault("TERM", "").equals("dumb");
        live = errIsTerminal && moves;
        hasScreen = outIsTerminal && moves;
        outStyle = Style.of(outIsTerminal, environment);
        errStyle = Style.of(errIsTerminal, environment);
    }

    /** Write to the standard streams of this process. */
    public static Console system(Map<String, String> environment) {
        return new Console(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                Terminals.isTerminal(Terminals.STDOUT),
                Terminals.isTerminal(Terminals.STDERR),
                environment,
                new TerminalDevice(environment, true, Terminals.isTerminal(Terminals.STDIN)));
    }

    /** Whether standard output is a terminal that frames can be drawn on. */
    public boolean hasScreen() {
        return hasScreen;
    }

    /** Take the terminal over until the screen is closed; nothing else may be written meanwhile. */
    public synchronized Screen openScreen() {
        Screen opened = new Screen(out, device);
        screen = opened;
        return opened;
    }

    /**
     * Give the terminal back, if it was taken over, because the process is about to end at once; called by any thread.
     * Returns in time even when the terminal takes nothing any more.
     */
    public void leaveScreen() {
        Screen open = screen;
        if (open != null) {
            Thread leaving = Thread.ofPlatform().daemon().name("tasker-screen").start(open::close);
            try {
                leaving.join(LEAVING);
            } catch (InterruptedException ignored) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** How many columns a person sees; empty where standard output is no terminal and {@code COLUMNS} is not set. */
    public OptionalInt columns() {
        return device.columns(hasScreen);
    }

    /** The colours of standard output. */
    public Style outStyle() {
        return outStyle;
    }

    /** The colours of standard error. */
    public Style errStyle() {
        return errStyle;
    }

    /**
     * Write one line, or several, of data.
     *
     * @return whether the reader is still there
     */
    public synchronized boolean data(String text) {
        clearStatus();
        out.print(text + "\n");
        boolean written = !out.checkError();
        drawStatus();
        return written;
    }

    /** Tell a person something. */
    public synchronized void note(String text) {
        clearStatus();
        err.print(text + "\n");
        err.flush();
        drawStatus();
    }

    /** Show how far the work is: rewritten in place on a terminal, elsewhere a line every other second. */
    public synchronized void status(String text) {
        if (live) {
            clearStatus();
            status = text.length() > MAX_STATUS ? text.substring(0, MAX_STATUS) : text;
            drawStatus();
        } else if (!text.equals(status) && System.nanoTime() - plainStatusDue >= 0) {
            status = text;
            plainStatusDue = System.nanoTime() + PLAIN_STATUS_NANOS;
            err.print(text + "\n");
            err.flush();
        }
    }

    /** Take the progress line away. */
    public synchronized void endStatus() {
        clearStatus();
        status = "";
    }

    private void clearStatus() {
        if (live && !status.isEmpty()) {
            err.print(CLEAR_LINE);
            err.flush();
        }
    }

    private void drawStatus() {
        if (live && !status.isEmpty()) {
            err.print(status);
            err.flush();
        }
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }
}
