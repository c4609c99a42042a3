package tasker.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Run a command of ours as a process on a real terminal, which {@code script} of util-linux makes. */
final class TestTerminal implements AutoCloseable {
    private static final int INTERRUPT_KEY = 3;

    /** Notes what is asked of the terminal, and asks it. */
    private static final String STTY = """
            #!/bin/sh
            echo "$@" >> '@LOG@'
            PATH=@PATH@ exec stty "$@"
            """;

    /** Whoever gives the terminal back may have to wait until it has taken everything. */
    private static final String AROUND = """
            trap : INT
            stty rows 24 columns 80
            before=$(stty -g)
            @COMMAND@
            echo "code $?"
            tries=0
            until [ "$(stty -g)" = "$before" ] || [ $tries = 300 ]; do sleep 0.1; tries=$((tries + 1)); done
            [ "$(stty -g)" = "$before" ] && echo "given back"
            """;

    private final Process script;
    private final Path asked;
    private final StringBuilder output = new StringBuilder();

    TestTerminal(Path folder, Map<String, String> environment, String... arguments) throws IOException {
        asked = Files.createFile(folder.resolve("asked"));
        String path = System.getenv("PATH");
        Path stty = Files.writeString(
                folder.resolve("stty"), STTY.replace("@LOG@", asked.toString()).replace("@PATH@", path));
        assertThat(stty.toFile().setExecutable(true)).isTrue();
        List<String> command = new ArrayList<>(List.of(
                "PATH=" + folder + ":" + path,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Stream.of("jdk.module.path", "java.class.path")
                        .map(System::getProperty)
                        .reduce((one, other) -> one + ":" + other)
                        .orElseThrow(),
                "tasker.bootstrap.Main"));
        command.addAll(List.of(arguments));
        Path program =
                Files.writeString(folder.resolve("around"), AROUND.replace("@COMMAND@", String.join(" ", command)));
        ProcessBuilder builder =
                new ProcessBuilder("env", "--default-signal=INT", "script", "-qefc", "sh " + program, "/dev/null");
        builder.environment().put("TERM", "xterm");
        builder.environment().putAll(environment);
        builder.environment().keySet().removeIf(name -> name.startsWith("TASKER_"));
        script = builder.redirectErrorStream(true).start();
    }

    /** Whether this machine can make a terminal. */
    static boolean isPossible() {
        return Files.isExecutable(Path.of("/usr/bin/script"));
    }

    void press(int key) throws IOException {
        script.getOutputStream().write(key);
        script.getOutputStream().flush();
    }

    void pressCtrlC() throws IOException {
        press(INTERRUPT_KEY);
    }

    /** Wait until it has drawn this. */
    void awaitOutput(String text) {
        await(text, () -> read().contains(text));
    }

    /** Whether what it draws is not taken any more, as nobody has read any of it. */
    boolean isFull() {
        try {
            return script.getInputStream().available() >= 1 << 15;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Send it the signal that Ctrl-C sends, if it is there. */
    boolean interrupt() {
        Optional<ProcessHandle> process = process();
        process.ifPresent(found -> run("kill", "-INT", Long.toString(found.pid())));
        return process.isPresent();
    }

    /** Give the terminal other dimensions, as its window does when it is dragged. */
    void resize(int rows, int columns) throws IOException {
        Path device = Files.readSymbolicLink(
                Path.of("/proc/" + process().orElseThrow().pid() + "/fd/0"));
        run("stty", "-F", device.toString(), "rows", Integer.toString(rows), "columns", Integer.toString(columns));
    }

    /** How often the terminal was asked for its size. */
    long sizesAsked() throws IOException {
        return Files.readAllLines(asked).stream().filter("size"::equals).count();
    }

    /** Read until the end; the last lines tell the exit code and whether the terminal is what it was. */
    String readToTheEnd() throws IOException, InterruptedException {
        output.append(new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertThat(script.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return output.toString();
    }

    private String read() {
        try {
            int there = script.getInputStream().available();
            output.append(new String(script.getInputStream().readNBytes(there), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return output.toString();
    }

    private Optional<ProcessHandle> process() {
        return script.descendants()
                .filter(process -> process.info()
                        .command()
                        .filter(name -> name.endsWith("/java"))
                        .isPresent())
                .findFirst();
    }

    private static void run(String... command) {
        try {
            new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("still waiting for " + what + " in " + output);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    @Override
    public void close() {
        script.descendants().forEach(ProcessHandle::destroyForcibly);
        script.destroyForcibly();
    }
}
