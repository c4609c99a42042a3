package tasker.bootstrap.cli;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import tasker.bootstrap.assembly.RuntimeHome;
import tasker.bootstrap.console.CapturedConsole;
import tasker.bootstrap.process.StopRequest;
import tasker.bootstrap.process.StopSignal;

/** Run commands in this process, in a folder of their own. */
final class TestCli {
    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private final CompletableFuture<StopRequest> stop = new CompletableFuture<>();
    private volatile CapturedConsole captured = CapturedConsole.pipes();
    private boolean terminal;
    private byte[] input = {};

    TestCli(Path folder) {
        this.folder = folder;
    }

    TestCli variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Let standard output be a terminal. */
    TestCli terminal() {
        terminal = true;
        return this;
    }

    TestCli input(String text) {
        return input(text.getBytes(StandardCharsets.UTF_8));
    }

    TestCli input(byte[] bytes) {
        input = bytes.clone();
        return this;
    }

    int run(String... arguments) {
        captured = terminal ? CapturedConsole.terminal(environment) : CapturedConsole.pipes(environment);
        CliContext context = new CliContext(
                captured.console(),
                new ByteArrayInputStream(input),
                Map.copyOf(environment),
                folder,
                new RuntimeHome(folder),
                this::hearSignals);
        return new CommandLineInterface(context).run(arguments);
    }

    /** Send a signal to a command that runs on another thread, once it listens. */
    void stop(StopSignal signal) {
        stop.join().request(signal);
    }

    /** Wait until a command that runs on another thread has printed this. */
    void await(String text) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!out().contains(text)) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("no '" + text + "' in " + out() + err());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private StopRequest hearSignals(Consumer<StopSignal> first) {
        StopRequest request = new StopRequest(first, again -> {});
        stop.complete(request);
        return request;
    }

    String out() {
        return captured.out();
    }

    String err() {
        return captured.err();
    }
}
