package tasker.bootstrap.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Stop a plugin of a running worker. */
@Command(
        name = "stop",
        sortOptions = false,
        header = "Stop a plugin of a running worker.",
        description =
                "Let a plugin end what it has begun and unload it. Its jar stays: the next start of the worker, or 'tasker"
                        + " plugins start', loads it again.",
        footer = {"", "Example: tasker plugins stop geo"})
final class PluginStopCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(index = "0", paramLabel = "NAME", description = "The name of the plugin.")
    private String name = "";

    @Mixin
    private final PluginChange change = new PluginChange();

    PluginStopCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        change.act(context, name, "stop");
        return ExitCodes.OK;
    }
}
