package tasker.bootstrap.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;
import tasker.events.api.EventPattern;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.EventSelection;
import tasker.events.api.spi.QueueAdministration;
import tasker.nativecore.json.Json;

/** Hold the options that choose messages. */
final class SelectionOptions {
    private static final Pattern AGO = Pattern.compile("(\\d{1,9})([smhd])");
    private static final Pattern MESSAGE_ID = Pattern.compile("\\d{1,18}");

    @Option(
            names = "--queue",
            paramLabel = "NAME",
            description = "The queue that is meant; by default that of the worker's events.")
    private Optional<String> queue = Optional.empty();

    @Option(
            names = "--type",
            paramLabel = "PATTERN",
            description = "Only events of these types, such as 'order.*'; may be repeated.")
    private List<String> types = List.of();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only what came there at this time or later: 2026-01-31T12:00:00Z, or 90s, 15m, 2h, 3d ago.")
    private Optional<String> since = Optional.empty();

    @Option(names = "--until", paramLabel = "TIME", description = "Only what came there before this time.")
    private Optional<String> until = Optional.empty();

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "Only this one: an event_id, or the number of the message; may be repeated.")
    private List<String> ids = List.of();

    String queue(QueueAdministration queues) {
        return queue.orElseGet(queues::eventQueue);
    }

    /** What is chosen. */
    EventSelection selection() {
        EventSelection selection = EventSelection.all()
                .types(types.stream().map(EventPattern::parse).toList());
        if (since.isPresent()) {
            selection = selection.since(time("--since", since.get()));
        }
        if (until.isPresent()) {
            selection = selection.until(time("--until", until.get()));
        }
        for (String id : ids) {
            selection = withId(selection, id);
        }
        return selection;
    }

    /** Choose a message by either of its ids. */
    static EventSelection withId(EventSelection selection, String id) {
        if (MESSAGE_ID.matcher(id).matches()) {
            return selection.message(id);
        }
        try {
            return selection.event(Json.uuid(id));
        } catch (IllegalArgumentException ignored) {
            throw new TaskerException(
                    "TASKER-L103", "'" + id + "' is no id; expected a UUID, or the number of a message");
        }
    }

    private static Instant time(String option, String text) {
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            long count = Long.parseLong(ago.group(1));
            Duration back = switch (ago.group(2)) {
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ofDays(Math.min(count, 1_000_000));
            };
            return Instant.now().minus(back);
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException ignored) {
            throw new TaskerException(
                    "TASKER-L103",
                    option + " is '" + text + "'; expected a time such as 2026-01-31T12:00:00Z, or 90s, 15m, 2h or 3d");
        }
    }
}
