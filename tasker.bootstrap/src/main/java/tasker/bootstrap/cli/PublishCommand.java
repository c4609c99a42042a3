package tasker.bootstrap.cli;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tasker.bootstrap.assembly.Assembly;
import tasker.bootstrap.client.WorkerClient;
import tasker.events.api.DeliveryMode;
import tasker.events.api.DomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.events.api.TaskerException;
import tasker.events.api.UuidV7;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.json.Json;

/** Publish one event. */
@Command(
        name = "publish",
        sortOptions = false,
        header = "Publish one event.",
        description = "Print the event's event_id once the promise of its mode holds: durable and broadcast are"
                + " committed, fast is with the subscribers.",
        footer = {"", "Example: tasker publish order.created '{\"order\": 42}' --mode fast"})
final class PublishCommand implements Callable<Integer> {
    private static final String SOURCE = "tasker-publish";

    private final CliContext context;

    @Parameters(index = "0", paramLabel = "TYPE", description = "The event's type, such as order.created.")
    private String type = "";

    @Parameters(index = "1", paramLabel = "JSON", description = "The payload, a JSON object; - reads standard input.")
    private String payload = "";

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "durable (the default) commits the event to the database; fast and broadcast go by the"
                    + " running worker.")
    private String mode = "durable";

    @Option(names = "--correlation-id", paramLabel = "UUID", description = "Ties the event to other work.")
    private Optional<String> correlationId = Optional.empty();

    @Option(
            names = "--event-id",
            paramLabel = "UUID",
            description = "The event's id, a UUID of version 7, to publish the same event again; by default a new one.")
    private Optional<String> eventId = Optional.empty();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Mixin
    private final StandardOptions standard = new StandardOptions();

    PublishCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        DeliveryMode chosen = DeliveryMode.parse(mode);
        DomainEvent event = DomainEvent.builder(type, SOURCE)
                .payload(JsonArgument.object(context, "payload", payload))
                .correlationId(correlationId.map(text -> uuid("correlation_id", text)))
                .eventId(eventId.map(text -> uuid("event_id", text)).orElseGet(UuidV7::next))
                .build();
        if (chosen == DeliveryMode.DURABLE) {
            publishDurable(event);
        } else {
            WorkerClient worker = client.client(context);
            naming(event, () -> worker.post("/events", Json.text(request(event, chosen))));
        }
        String id = event.eventId().toString();
        context.console().data(json ? Json.text(Map.of("event_id", id)) : id);
        return ExitCodes.OK;
    }

    private void publishDurable(DomainEvent event) {
        Assembly assembly = options.assemble(context, Configuration.builder());
        standard.startLogging(assembly.configuration(), Level.WARN, Level.INFO, context.console());
        try (WorkerSystem worker = assembly.builder().durableOnly().build()) {
            worker.start();
            naming(event, () -> worker.publish(event, DeliveryMode.DURABLE));
        }
    }

    /** Publish, and tell a failure with the event's id: only with that can a reader know a second attempt as such. */
    private static void naming(DomainEvent event, Runnable publish) {
        try {
            publish.run();
        } catch (TaskerException e) {
            String message = String.valueOf(e.getMessage());
            throw new TaskerException(
                    e.code(),
                    message.substring(e.code().length()).strip() + "; to try again with the same event, add --event-id "
                            + event.eventId(),
                    e);
        }
    }

    private static Map<String, Object> request(DomainEvent event, DeliveryMode mode) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("event_id", event.eventId());
        request.put("event_type", event.eventType());
        request.put("payload", event.payload());
        request.put("mode", mode.text());
        event.correlationId().ifPresent(id -> request.put("correlation_id", id));
        return request;
    }

    private static UUID uuid(String field, String text) {
        try {
            return Json.uuid(text);
        } catch (IllegalArgumentException ignored) {
            throw new InvalidValueException(field, "is '" + text + "'; expected a UUID of 36 characters");
        }
    }
}
