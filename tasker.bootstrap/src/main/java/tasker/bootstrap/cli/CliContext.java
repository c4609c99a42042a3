package tasker.bootstrap.cli;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import tasker.bootstrap.assembly.RuntimeHome;
import tasker.bootstrap.console.Console;
import tasker.bootstrap.process.Signals;
import tasker.bootstrap.process.StopRequest;
import tasker.bootstrap.process.StopSignal;

/**
 * Hold what a command may use of its process.
 *
 * @param console where it prints
 * @param input standard input
 * @param environment the environment variables
 * @param directory where relative paths start
 * @param home the runtime image
 * @param stops makes what hears the signals that end the command
 */
record CliContext(
        Console console,
        InputStream input,
        Map<String, String> environment,
        Path directory,
        RuntimeHome home,
        Stops stops) {

    /** Use this process as it is. */
    static CliContext ofThisProcess() {
        Map<String, String> environment = System.getenv();
        Console console = Console.system(environment);
        return new CliContext(
                console,
                System.in,
                environment,
                Path.of(""),
                RuntimeHome.ofThisProcess(),
                first -> hearSignals(first, console));
    }

    private static StopRequest hearSignals(Consumer<StopSignal> first, Console console) {
        // A second signal means that a person will not wait: nothing of ours may stand in the way.
        StopRequest request = new StopRequest(first, again -> {
            console.leaveScreen();
            Runtime.getRuntime().halt(again.exitCode());
        });
        Signals.deliverTo(request);
        return request;
    }

    /** Make what hears the signals that end a command. */
    @FunctionalInterface
    interface Stops {
        /** Hear signals from now on, and do this with the first. */
        StopRequest open(Consumer<StopSignal> first);
    }
}
