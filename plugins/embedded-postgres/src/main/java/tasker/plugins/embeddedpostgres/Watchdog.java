package tasker.plugins.embeddedpostgres;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tasker.events.api.TaskerException;

/**
 * Run a command that ends when this JVM does, even when the JVM is killed.
 *
 * <p>The command is started by a small shell script, whose standard input is a pipe that only this JVM holds open: the
 * kernel closes it whatever ends the JVM. (A parent-death signal would not do: it is sent when the <em>thread</em> that
 * started the process ends.) The script runs in a session of its own, so that Ctrl-C in a terminal, which interrupts a
 * whole process group, reaches the worker only, and the server is there until the worker has drained.
 *
 * <p>Safe for use by many threads.
 */
final class Watchdog {
    /** How long a command has to end well, and then how long to end badly, before it is killed. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final String SCRIPT = script();
    private static final String STARTED = "started ";
    private static final String EXITED = "exited ";
    private static final int UNKNOWN_STATUS = -1;

    private final Process shell;
    private final BufferedReader reports;
    private final long pid;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();

    private Watchdog(Process shell) throws IOException {
        this.shell = shell;
        this.reports = shell.inputReader(StandardCharsets.UTF_8);
        String report = reports.readLine();
        if (report == null || !report.startsWith(STARTED)) {
            throw new IOException("sh could not start a command; it said: " + report);
        }
        this.pid = Long.parseLong(report.substring(STARTED.length()));
    }

    /**
     * Start a command.
     *
     * @param log where its output is added
     * @param input what it reads
     * @param removeWhenGone a directory that must not outlive the JVM
     * @throws TaskerException {@code TASKER-D204} when {@code setsid} or {@code sh} cannot be run
     */
    static Watchdog start(List<String> command, Path log, Path input, Optional<Path> removeWhenGone) {
        List<String> line = new ArrayList<>(List.of("setsid", "sh", "-c", SCRIPT, "watchdog"));
        line.add(log.toString());
        line.add(input.toString());
        line.add(removeWhenGone.map(Path::toString).orElse(""));
        line.add(Long.toString(GRACE.toMillis() / 100));
        line.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD);
        onlyWhatIsNeeded(builder.environment());
        try {
            Watchdog watchdog = of(builder.start());
            Thread.ofPlatform().daemon().name("embedded-postgres-watchdog").start(watchdog::awaitReport);
            return watchdog;
        } catch (IOException e) {
            throw new TaskerException(
                    "TASKER-D204",
                    "embedded PostgreSQL is started with the commands setsid and sh, which did not work: "
                            + e.getMessage() + "; install util-linux, or set database.url to a server of your own",
                    e);
        }
    }

    /** A shell that does not say what it started is of no use, and must not stay behind. */
    private static Watchdog of(Process shell) throws IOException {
        try {
            return new Watchdog(shell);
        } catch (Throwable failure) {
            shell.destroyForcibly();
            throw failure;
        }
    }

    /** The command's process id. */
    long pid() {
        return pid;
    }

    /** The command's exit status as a shell sees it; empty while it runs. */
    Optional<Integer> status() {
        return Optional.ofNullable(exit.getNow(null));
    }

    /** Wait at most this long for the command to end, and return its exit status. */
    Optional<Integer> awaitExit(Duration bound) throws InterruptedException {
        try {
            return Optional.of(exit.get(bound.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException ignored) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an exit status is never exceptional", e);
        }
    }

    /** End the watchdog of a command that has ended, and keep the directory. */
    void release() throws IOException {
        try (OutputStream pipe = shell.getOutputStream()) {
            pipe.write('\n');
        }
    }

    /**
     * End the command, first gently, then not, and remove the directory; return when that is done.
     *
     * @throws InterruptedException when the waiting thread is interrupted; the watchdog finishes all the same
     */
    void close() throws IOException, InterruptedException {
        try {
            shell.getOutputStream().close();
        } finally {
            shell.waitFor();
        }
    }

    private void awaitReport() {
        int status = UNKNOWN_STATUS;
        try (reports) {
            String report = reports.readLine();
            if (report != null && report.startsWith(EXITED)) {
                status = Integer.parseInt(report.substring(EXITED.length()));
            }
        } catch (IOException ignored) {
            // The watchdog itself was killed: nobody knows how the command ended.
        }
        exit.complete(status);
    }

    /** The server sees none of the worker's environment, which may hold secrets, and no {@code PG…} variable. */
    private static void onlyWhatIsNeeded(Map<String, String> environment) {
        environment.keySet().retainAll(List.of("PATH"));
        environment.put("LC_ALL", "C");
        environment.put("TZ", "UTC");
    }

    private static String script() {
        try (InputStream in = Objects.requireNonNull(Watchdog.class.getResourceAsStream("watchdog.sh"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
