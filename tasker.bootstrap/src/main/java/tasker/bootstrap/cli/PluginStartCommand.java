package tasker.bootstrap.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Start a plugin of a running worker. */
@Command(
        name = "start",
        sortOptions = false,
        header = "Start a plugin of a running worker.",
        description =
                "Load a plugin that is stopped, has failed, or was put into the plugin folder since the worker has started.",
        footer = {"", "Example: tasker plugins start geo"})
final class PluginStartCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(index = "0", paramLabel = "NAME", description = "The name of the plugin.")
    private String name = "";

    @Mixin
    private final PluginChange change = new PluginChange();

    PluginStartCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        change.act(context, name, "start");
        return ExitCodes.OK;
    }
}
