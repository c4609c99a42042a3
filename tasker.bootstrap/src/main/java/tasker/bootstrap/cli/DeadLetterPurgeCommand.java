package tasker.bootstrap.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasker.bootstrap.console.Formats;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.EventSelection;
import tasker.nativecore.json.Json;

/** Delete dead letters for good. */
@Command(
        name = "purge",
        sortOptions = false,
        header = "Delete dead letters for good.",
        description = "Delete dead letters for good. Without a condition, all of them are deleted, which needs --yes.",
        footer = {"", "Example: tasker dead-letters purge --until 30d"})
final class DeadLetterPurgeCommand implements Callable<Integer> {
    private final CliContext context;

    @Mixin
    private final SelectionOptions chosen = new SelectionOptions();

    @Option(names = "--yes", description = "Yes, delete all of them.")
    private boolean yes;

    @Mixin
    private final DurableOptions durable = new DurableOptions();

    DeadLetterPurgeCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        EventSelection selection = chosen.selection();
        if (selection.isAll() && !yes) {
            throw new TaskerException(
                    "TASKER-L103",
                    "purge without a condition deletes every dead letter; give --type, --since, --until or --id, or --yes"
                            + " if that is meant");
        }
        return durable.withQueues(context, queues -> {
            long deleted = queues.purgeDeadLetters(chosen.queue(queues), selection);
            context.console()
                    .data(
                            durable.json()
                                    ? Json.text(Map.of("deleted", deleted))
                                    : Formats.count(deleted, "dead letter") + " deleted");
            return ExitCodes.OK;
        });
    }
}
