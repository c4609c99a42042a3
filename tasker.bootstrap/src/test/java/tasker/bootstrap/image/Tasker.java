package tasker.bootstrap.image;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tasker.nativecore.json.Json;

/** Run the linked image as a user would: a process, its output, its exit code. */
final class Tasker implements AutoCloseable {
    static final Path IMAGE = Path.of("target/image").toAbsolutePath();

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Process process;
    private final Output out;
    private final Output err;

    private Tasker(Process process) {
        this.process = process;
        this.out = new Output(process.getInputStream());
        this.err = new Output(process.getErrorStream());
    }

    /** Start a command in a folder where there is no {@code tasker.toml}. */
    static Tasker start(String... arguments) throws IOException {
        return startIn(IMAGE, arguments);
    }

    /** Start a command of another image. */
    static Tasker startIn(Path image, String... arguments) throws IOException {
        List<String> tasker =
                new ArrayList<>(List.of(image.resolve("bin/tasker").toString()));
        tasker.addAll(List.of(arguments));
        return start(tasker);
    }

    /** Start a program that runs the image, in the same folder. */
    static Tasker start(List<String> program) throws IOException {
        // A build in the background may have inherited an ignored SIGINT, which a terminal never hands down.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(program);
        ProcessBuilder builder = new ProcessBuilder(command).directory(IMAGE.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TASKER_"));
        return new Tasker(builder.start());
    }

    /** Run a command to its end. */
    static Tasker run(String... arguments) throws IOException, InterruptedException, TimeoutException {
        Tasker tasker = start(arguments);
        tasker.awaitExit();
        return tasker;
    }

    int awaitExit() throws InterruptedException, TimeoutException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new TimeoutException("still running after " + LIMIT + "; it printed " + out() + err());
        }
        out.awaitEnd();
        err.awaitEnd();
        return process.exitValue();
    }

    /** Wait until the output of either kind matches, and return the match. */
    Matcher await(String regex) throws TimeoutException {
        Pattern pattern = Pattern.compile(regex);
        await(() -> pattern.matcher(out() + err()).find() || !process.isAlive());
        Matcher matcher = pattern.matcher(out() + err());
        if (!matcher.find()) {
            throw new TimeoutException("no '" + regex + "' in what it printed: " + out() + err());
        }
        return matcher;
    }

    static void await(BooleanSupplier condition) throws TimeoutException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("the awaited condition did not hold within " + LIMIT);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** Send a signal, such as {@code INT}, as a terminal would. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    Process process() {
        return process;
    }

    String out() {
        return out.text();
    }

    String err() {
        return err.text();
    }

    <T> T json(Class<T> type) {
        return Json.read(out(), type);
    }

    /**
     * Kill the command if it still runs, and return when what it started is gone too: that ends by itself and cleans up
     * behind it, unless it is killed as well.
     */
    @Override
    public void close() throws TimeoutException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        try {
            await(() -> !process.isAlive() && children.stream().noneMatch(ProcessHandle::isAlive));
        } finally {
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** Collect one stream of the process while it runs. */
    private static final class Output {
        private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
        private final Thread reader;

        Output(InputStream stream) {
            reader = Thread.ofVirtual().start(() -> read(stream));
        }

        private void read(InputStream stream) {
            try (BufferedReader input = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                input.lines().forEach(lines::add);
            } catch (UncheckedIOException | IOException expected) {
                // The process was killed; what it had printed is kept.
                lines.add("(killed)");
            }
        }

        void awaitEnd() throws InterruptedException {
            reader.join();
        }

        String text() {
            return String.join("\n", List.copyOf(lines));
        }
    }
}
