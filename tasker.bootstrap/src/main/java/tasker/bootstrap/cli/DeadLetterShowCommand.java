package tasker.bootstrap.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tasker.bootstrap.console.Style;
import tasker.bootstrap.console.TextTable;
import tasker.bootstrap.console.TextTable.Cell;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DeadLetter;
import tasker.events.api.spi.EventSelection;
import tasker.nativecore.json.Json;

/** Show all of one dead letter. */
@Command(
        name = "show",
        sortOptions = false,
        header = "Show one dead letter.",
        description = "Show one dead letter: why and whence it came, the exception, and the message itself.",
        footer = {"", "Example: tasker dead-letters show 42"})
final class DeadLetterShowCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(index = "0", paramLabel = "ID", description = "An event_id, or the number of the message.")
    private String id = "";

    @Option(
            names = "--queue",
            paramLabel = "NAME",
            description = "The queue that is meant; by default that of the worker's events.")
    private Optional<String> queue = Optional.empty();

    @Mixin
    private final DurableOptions durable = new DurableOptions();

    DeadLetterShowCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        EventSelection selection = SelectionOptions.withId(EventSelection.all(), id);
        return durable.withQueues(context, queues -> {
            String meant = queue.orElseGet(queues::eventQueue);
            // An event may lie there in several messages.
            List<DeadLetter> letters = queues.deadLetters(meant, selection, 100);
            if (letters.isEmpty()) {
                throw new TaskerException(
                        "TASKER-L106", "'" + meant + "' has no dead letter " + id + "; see 'tasker dead-letters list'");
            }
            for (DeadLetter letter : letters) {
                context.console().data(durable.json() ? Json.pretty(letter) : text(letter));
            }
            return ExitCodes.OK;
        });
    }

    private String text(DeadLetter letter) {
        Style style = context.console().outStyle();
        TextTable table = new TextTable();
        row(table, "id", Optional.of(letter.messageId() + " in " + letter.queue()));
        row(table, "since", Optional.of(letter.deadLetteredAt().toString()));
        row(table, "reason", letter.reason());
        row(table, "cause", letter.cause());
        row(table, "reads", letter.readCount().map(String::valueOf));
        row(
                table,
                "from",
                letter.originalQueue()
                        .map(from -> from
                                + letter.originalMessageId()
                                        .map(number -> ", message " + number)
                                        .orElse("")));
        letter.event().ifPresent(event -> {
            row(table, "event_id", Optional.of(event.eventId().toString()));
            row(table, "event_type", Optional.of(event.eventType()));
            row(table, "source", Optional.of(event.source()));
            row(table, "timestamp", Optional.of(event.timestamp().toString()));
            event.headers().forEach((name, value) -> row(table, name, Optional.of(value)));
        });
        return table.render()
                + letter.stack()
                        .map(stack -> "\n\n" + style.dim(stack.stripTrailing()))
                        .orElse("")
                + "\n\n" + letter.message();
    }

    private void row(TextTable table, String name, Optional<String> value) {
        value.ifPresent(text -> table.row(Cell.of(name, context.console().outStyle()::bold), Cell.of(text)));
    }
}
