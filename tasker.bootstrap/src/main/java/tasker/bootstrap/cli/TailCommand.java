package tasker.bootstrap.cli;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tasker.bootstrap.client.SseEvent;
import tasker.bootstrap.client.SseReader;
import tasker.bootstrap.console.Style;
import tasker.events.api.EventPattern;
import tasker.events.api.TaskerException;
import tasker.nativecore.json.Json;

/** Print the events of a running worker's fast path as they happen. */
@Command(
        name = "tail",
        sortOptions = false,
        header = "Follow a running worker's events.",
        description = "Print the events of a running worker's fast path as they happen, until Ctrl-C or the worker's"
                + " end.",
        footer = {"", "Example: tasker tail 'order.*' --json | head -n 3"})
final class TailCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(
            arity = "0..1",
            paramLabel = "PATTERN",
            description = "Which types: * is one segment, # any number, * alone (the default) all.")
    private String pattern = "*";

    @Option(names = "--max", paramLabel = "N", description = "End after this many events.")
    private long max = Long.MAX_VALUE;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Mixin
    private final StandardOptions standard = new StandardOptions();

    TailCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        standard.startLogging(context.console());
        EventPattern.parse(pattern);
        if (max < 1) {
            throw new TaskerException("TASKER-L103", "--max is " + max + "; at least 1 is required");
        }
        try (SseReader events = client.client(context).events(pattern)) {
            return follow(events);
        }
    }

    private int follow(SseReader stream) {
        long printed = 0;
        while (printed < max) {
            Optional<SseEvent> next = next(stream);
            if (next.isEmpty()) {
                context.console().note("the worker has ended the stream");
                return ExitCodes.OK;
            }
            SseEvent event = next.get();
            if (event.type().equals("missed")) {
                String missed = JsonValues.text(JsonValues.object(event.data()), "missed");
                String events = missed.equals("1") ? " event was" : " events were";
                context.console().note(missed + events + " missed: this reader fell behind");
            } else {
                printed++;
                if (!context.console().data(json ? event.data() : line(JsonValues.object(event.data())))) {
                    return ExitCodes.BROKEN_PIPE;
                }
            }
        }
        return ExitCodes.OK;
    }

    private static Optional<SseEvent> next(SseReader events) {
        try {
            return events.next();
        } catch (IOException e) {
            throw new TaskerException(
                    "TASKER-L201",
                    "the connection to the worker broke (" + e.getMessage() + "); is it still running?",
                    e);
        }
    }

    private String line(Map<String, ?> event) {
        Style style = context.console().outStyle();
        return style.dim(JsonValues.text(event, "timestamp")) + " " + style.bold(JsonValues.text(event, "event_type"))
                + " " + style.dim(JsonValues.text(event, "event_id")) + " "
                + Json.text(JsonValues.members(event.get("payload")));
    }
}
