package tasker.bootstrap.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Install a plugin into a running worker. */
@Command(
        name = "install",
        sortOptions = false,
        header = "Install a plugin into a running worker.",
        description =
                "Send a jar to a running worker, which checks it, starts its services, and keeps it in its plugin folder. What"
                        + " cannot be loaded or started leaves nothing behind.",
        footer = {"", "Example: tasker plugins install geo-1.2.jar --token …"})
final class PluginInstallCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(index = "0", paramLabel = "FILE", description = "The jar of the plugin.")
    private Path file = Path.of("");

    @Mixin
    private final PluginChange change = new PluginChange();

    PluginInstallCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        change.install(context, file);
        return ExitCodes.OK;
    }
}
