package tasker.bootstrap.console;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ask the terminal of this process for its size, and have it hand over keys as they are pressed; by {@code stty}, which
 * every Unix has. Where there is no terminal, or no {@code stty}, nothing happens. For use by one thread, but where a
 * method says otherwise.
 */
final class TerminalDevice {
    private static final ScreenSize USUAL = new ScreenSize(80, 24);
    private static final File DEVICE = new File("/dev/tty");
    private static final long LIMIT_SECONDS = 5;

    private final Map<String, String> environment;
    private final boolean real;
    private final boolean keys;
    private volatile Optional<String> before = Optional.empty();
    private volatile Optional<ScreenSize> known = Optional.empty();
    private volatile boolean told;
    private final AtomicLong changes = new AtomicLong();

    /**
     * Use the terminal of this process.
     *
     * @param environment where {@code COLUMNS} and {@code LINES} overrule the terminal
     * @param real whether the terminal may be asked at all
     * @param keys whether standard input is the terminal
     */
    TerminalDevice(Map<String, String> environment, boolean real, boolean keys) {
        this.environment = environment;
        this.real = real;
        this.keys = keys;
    }

    ScreenSize size() {
        ScreenSize size = known.orElseGet(this::ask);
        return new ScreenSize(
                ScreenSize.positive(environment.get("COLUMNS")).orElse(size.columns()),
                ScreenSize.positive(environment.get("LINES")).orElse(size.rows()));
    }

    private ScreenSize ask() {
        long asked = changes.get();
        ScreenSize size = stty("size").flatMap(ScreenSize::parse).orElse(USUAL);
        if (told) {
            known = Optional.of(size);
            if (changes.get() != asked) {
                known = Optional.empty();
            }
        }
        return size;
    }

    /** Ask for the size only after it has {@link #resized() changed}, which is told from now on. */
    void watchSize() {
        told = true;
    }

    /** The size is another one; called by any thread. */
    void resized() {
        changes.incrementAndGet();
        known = Optional.empty();
    }

    /** The columns that {@code COLUMNS} says; else those of the terminal, where it is asked. */
    OptionalInt columns(boolean asked) {
        if (asked) {
            return OptionalInt.of(size().columns());
        }
        return ScreenSize.positive(environment.get("COLUMNS"))
                .map(OptionalInt::of)
                .orElseGet(OptionalInt::empty);
    }

    /** Have keys handed over at once and not shown; Ctrl-C stays a signal. Whether there are any. */
    boolean takeKeys() {
        if (!keys) {
            return false;
        }
        before = stty("-g");
        // Stopped by Ctrl-Z, the terminal would be left as it is now.
        before.ifPresent(known -> stty("-icanon", "-echo", "susp", "undef"));
        return before.isPresent();
    }

    /**
     * Make the terminal what it was before {@link #takeKeys}; called by any thread, and once more when another one may
     * be doing it.
     */
    void restore() {
        // Ctrl-C reaches every process of the terminal, and one that was pressed twice would end this one, too.
        before.ifPresent(known -> run(List.of("sh", "-c", "trap '' INT TERM; exec stty " + known)));
        before = Optional.empty();
    }

    private Optional<String> stty(String... arguments) {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private Optional<String> run(List<String> command) {
        if (!real) {
            return Optional.empty();
        }
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(DEVICE)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            boolean done = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
            return Optional.of(answer).filter(text -> done);
        } catch (IOException ignored) {
            return Optional.empty();
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
