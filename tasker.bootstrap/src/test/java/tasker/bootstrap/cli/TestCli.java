package tasker.bootstrap.cli;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import tasker.bootstrap.assembly.RuntimeHome;
import tasker.bootstrap.console.CapturedConsole;
import tasker.bootstrap.process.StopRequest;

/** Run commands in this process, in a folder of their own. */
final class TestCli {
    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private CapturedConsole captured = CapturedConsole.pipes();
    private String input = "";

    TestCli(Path folder) {
        this.folder = folder;
    }

    TestCli variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    TestCli input(String text) {
        input = text;
        return this;
    }

    int run(String... arguments) {
        captured = CapturedConsole.pipes();
        CliContext context = new CliContext(
                captured.console(),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                Map.copyOf(environment),
                folder,
                new RuntimeHome(folder),
                first -> new StopRequest(first, again -> {}));
        return new CommandLineInterface(context).run(arguments);
    }

    String out() {
        return captured.out();
    }

    String err() {
        return captured.err();
    }
}
