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

/** Move dead letters back into their queue. */
@Command(
        name = "replay",
        sortOptions = false,
        header = "Move dead letters back into their queue.",
        description = "Move dead letters back into their queue, where consumers find them as new: the same event_id, no"
                + " reads yet. Without a condition all of them are moved. With --archive, move events that were handled"
                + " and archived instead; that needs a condition, or --all.",
        footer = {"", "Example: tasker dead-letters replay --type 'order.*' --since 2h"})
final class DeadLetterReplayCommand implements Callable<Integer> {
    private final CliContext context;

    @Mixin
    private final SelectionOptions chosen = new SelectionOptions();

    @Option(names = "--archive", description = "Replay archived events instead of dead letters.")
    private boolean archive;

    @Option(names = "--all", description = "Replay everything that is in the archive.")
    private boolean all;

    @Mixin
    private final DurableOptions durable = new DurableOptions();

    DeadLetterReplayCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        EventSelection selection = chosen.selection();
        if (archive && selection.isAll() && !all) {
            throw new TaskerException(
                    "TASKER-L103",
                    "replay --archive without a condition would handle every archived event again; give --type, --since,"
                            + " --until or --id, or --all if that is meant");
        }
        return durable.withQueues(context, queues -> {
            String queue = chosen.queue(queues);
            long moved = archive ? queues.replayArchive(queue, selection) : queues.replayDeadLetters(queue, selection);
            context.console()
                    .data(
                            durable.json()
                                    ? Json.text(Map.of("replayed", moved))
                                    : Formats.count(moved, "message") + " replayed");
            return ExitCodes.OK;
        });
    }
}
