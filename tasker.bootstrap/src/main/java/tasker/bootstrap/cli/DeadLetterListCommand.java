package tasker.bootstrap.cli;

import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasker.bootstrap.console.Style;
import tasker.bootstrap.console.TextTable;
import tasker.bootstrap.console.TextTable.Cell;
import tasker.events.api.DomainEvent;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DeadLetter;
import tasker.nativecore.json.Json;

/** List dead letters. */
@Command(
        name = "list",
        sortOptions = false,
        header = "List dead letters, oldest first.",
        description = "List dead letters, oldest first, with the reason of each.",
        footer = {"", "Example: tasker dead-letters list --type 'order.*' --since 1d"})
final class DeadLetterListCommand implements Callable<Integer> {
    private static final int MOST = 10_000;
    private static final int LONGEST_REASON = 80;

    private final CliContext context;

    @Mixin
    private final SelectionOptions chosen = new SelectionOptions();

    @Option(names = "--limit", paramLabel = "N", description = "List at most so many; by default 100.")
    private int limit = 100;

    @Mixin
    private final DurableOptions durable = new DurableOptions();

    DeadLetterListCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (limit < 1 || limit > MOST) {
            throw new TaskerException("TASKER-L103", "--limit is " + limit + "; expected 1 to " + MOST);
        }
        var selection = chosen.selection();
        return durable.withQueues(context, queues -> {
            List<DeadLetter> letters = queues.deadLetters(chosen.queue(queues), selection, limit);
            if (durable.json()) {
                context.console().data(Json.pretty(letters));
            } else if (letters.isEmpty()) {
                context.console().note("no dead letters");
            } else {
                context.console().data(table(letters));
                if (letters.size() == limit) {
                    context.console().note("there may be more; see --limit");
                }
            }
            return ExitCodes.OK;
        });
    }

    private String table(List<DeadLetter> letters) {
        Style style = context.console().outStyle();
        TextTable table = new TextTable();
        table.row(
                new Cell("ID", true, style::bold),
                Cell.of("SINCE", style::bold),
                Cell.of("TYPE", style::bold),
                Cell.of("EVENT", style::bold),
                new Cell("READS", true, style::bold),
                Cell.of("REASON", style::bold));
        for (DeadLetter letter : letters) {
            table.row(
                    Cell.number(letter.messageId()),
                    Cell.of(letter.deadLetteredAt()
                            .truncatedTo(ChronoUnit.SECONDS)
                            .toString()),
                    Cell.of(letter.event().map(DomainEvent::eventType).orElse("-")),
                    Cell.of(letter.event()
                            .map(event -> event.eventId().toString())
                            .orElse("-")),
                    Cell.number(letter.readCount().map(String::valueOf).orElse("-")),
                    Cell.of(shortened(letter.reason().orElse("-")), style::bad));
        }
        return table.render();
    }

    private static String shortened(String reason) {
        return reason.codePointCount(0, reason.length()) > LONGEST_REASON
                ? reason.substring(0, reason.offsetByCodePoints(0, LONGEST_REASON)) + "..."
                : reason;
    }
}
