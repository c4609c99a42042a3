package tasker.bootstrap.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import tasker.events.api.TaskerException;

/** Look at plugins, and change those of a running worker. */
@Command(
        name = "plugins",
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        header = "Look at plugins, and change those of a running worker.",
        description =
                "A plugin is a jar, or a folder of jars, in the plugin folder of the runtime, or in one that is named with"
                        + " --plugins or plugins.directory. What changes a running worker asks it at --url, which wants its"
                        + " token.",
        footer = {"", "Example: tasker plugins verify geo-1.2.jar && cp geo-1.2.jar plugins/"})
final class PluginsCommand implements CommandGroup {
    private final CliContext context;

    PluginsCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Map<String, Callable<Integer>> commands() {
        Map<String, Callable<Integer>> commands = new LinkedHashMap<>();
        commands.put("list", new PluginListCommand(context));
        commands.put("explain", new PluginExplainCommand(context));
        commands.put("verify", new PluginVerifyCommand(context));
        commands.put("install", new PluginInstallCommand(context));
        commands.put("replace", new PluginReplaceCommand(context));
        commands.put("stop", new PluginStopCommand(context));
        commands.put("start", new PluginStartCommand(context));
        commands.put("remove", new PluginRemoveCommand(context));
        return commands;
    }

    @Override
    public Integer call() {
        throw new TaskerException(
                "TASKER-L101",
                "plugins needs one of " + String.join(", ", commands().keySet()) + "; see 'tasker plugins --help'");
    }
}
