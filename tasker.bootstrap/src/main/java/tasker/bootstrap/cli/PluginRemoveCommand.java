package tasker.bootstrap.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Stop a plugin of a running worker and delete its jar. */
@Command(
        name = "remove",
        sortOptions = false,
        header = "Stop a plugin of a running worker and delete its jar.",
        description = "Let a plugin end what it has begun, unload it, and delete its jar from the plugin folder.",
        footer = {"", "Example: tasker plugins remove geo"})
final class PluginRemoveCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(index = "0", paramLabel = "NAME", description = "The name of the plugin.")
    private String name = "";

    @Mixin
    private final PluginChange change = new PluginChange();

    PluginRemoveCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        change.remove(context, name);
        return ExitCodes.OK;
    }
}
