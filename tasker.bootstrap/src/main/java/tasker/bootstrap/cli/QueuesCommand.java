package tasker.bootstrap.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tasker.bootstrap.console.Formats;
import tasker.bootstrap.console.Style;
import tasker.bootstrap.console.TextTable;
import tasker.bootstrap.console.TextTable.Cell;
import tasker.events.api.spi.QueueStatus;
import tasker.nativecore.json.Json;

/** List the durable queues. */
@Command(
        name = "queues",
        sortOptions = false,
        header = "List the durable queues and how full they are.",
        description =
                "List every queue of the database: how many messages it holds, how many of them could be read now,"
                        + " how old the oldest is, and how many were ever written.",
        footer = {"", "Example: tasker queues --database-url jdbc:postgresql://localhost/orders"})
final class QueuesCommand implements Callable<Integer> {
    private final CliContext context;

    @Mixin
    private final DurableOptions durable = new DurableOptions();

    QueuesCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        return durable.withQueues(context, queues -> {
            List<QueueStatus> statuses = queues.list();
            context.console().data(durable.json() ? json(statuses) : table(statuses));
            return ExitCodes.OK;
        });
    }

    private static String json(List<QueueStatus> statuses) {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (QueueStatus status : statuses) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("name", status.name());
            object.put("length", status.length());
            object.put("visible_length", status.visibleLength());
            status.oldestAge().ifPresent(age -> object.put("oldest_age_seconds", age.toSeconds()));
            object.put("total_messages", status.totalMessages());
            objects.add(object);
        }
        return Json.pretty(objects);
    }

    private String table(List<QueueStatus> statuses) {
        Style style = context.console().outStyle();
        TextTable table = new TextTable();
        table.row(
                Cell.of("QUEUE", style::bold),
                new Cell("MESSAGES", true, style::bold),
                new Cell("VISIBLE", true, style::bold),
                new Cell("OLDEST", true, style::bold),
                new Cell("EVER", true, style::bold));
        for (QueueStatus status : statuses) {
            table.row(
                    Cell.of(status.name()),
                    Cell.number(Formats.count(status.length())),
                    Cell.number(Formats.count(status.visibleLength())),
                    Cell.number(status.oldestAge()
                            .map(age -> Formats.count(age.toSeconds()) + " s")
                            .orElse("-")),
                    Cell.number(Formats.count(status.totalMessages())));
        }
        return table.render();
    }
}
