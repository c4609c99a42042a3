package tasker.bootstrap.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Put a new version in the place of a plugin of a running worker. */
@Command(
        name = "replace",
        sortOptions = false,
        header = "Put a new version in the place of a plugin of a running worker.",
        description =
                "Send a jar to a running worker, which checks it, lets the old version end what it has begun, and starts the"
                        + " new one; steps that wait go on with it. When the new one does not start, the old one is put back.",
        footer = {"", "Example: tasker plugins replace geo geo-1.3.jar"})
final class PluginReplaceCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(index = "0", paramLabel = "NAME", description = "The name of the plugin.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "The jar of the plugin.")
    private Path file = Path.of("");

    @Mixin
    private final PluginChange change = new PluginChange();

    PluginReplaceCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        change.replace(context, name, file);
        return ExitCodes.OK;
    }
}
