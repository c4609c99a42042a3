package tasker.bootstrap.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import tasker.events.api.TaskerException;

/** Look at events that could not be handled, and put them right. */
@Command(
        name = "dead-letters",
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        header = "List, show, replay or purge the events that could not be handled.",
        description =
                "An event goes to the dead letters when it is refused for good, when it was read too often without"
                        + " being handled, or when it is no event at all; it keeps the reason with it.",
        footer = {"", "Example: tasker dead-letters replay --type 'order.*' --since 2h"})
final class DeadLettersCommand implements CommandGroup {
    private final CliContext context;

    DeadLettersCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Map<String, Callable<Integer>> commands() {
        Map<String, Callable<Integer>> commands = new LinkedHashMap<>();
        commands.put("list", new DeadLetterListCommand(context));
        commands.put("show", new DeadLetterShowCommand(context));
        commands.put("replay", new DeadLetterReplayCommand(context));
        commands.put("purge", new DeadLetterPurgeCommand(context));
        return commands;
    }

    @Override
    public Integer call() {
        throw new TaskerException(
                "TASKER-L101",
                "dead-letters needs one of " + String.join(", ", commands().keySet())
                        + "; see 'tasker dead-letters --help'");
    }
}
