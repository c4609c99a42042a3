package tasker.events.pgmq;

import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DatabaseSettings;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.events.api.spi.ReceivedEvent;

/**
 * Process events in a process of its own: a line for each event before it is acknowledged, handed to the system at
 * once, so that it outlives a {@code kill -9}.
 */
final class Reader {
    /** How long an event that a killed reader held stays hidden from others. */
    static final Duration HIDDEN = Duration.ofSeconds(2);

    private Reader() {}

    /** Arguments: the file to write to, the database's URL, and its account. */
    public static void main(String[] args) throws Exception {
        DatabaseSettings database = new DatabaseSettings(args[1], Optional.of(args[2]), Optional.empty());
        PgmqTransport transport = TestWorker.start(database, "orders");
        ConsumerOptions options =
                ConsumerOptions.defaults().withVisibilityTimeout(HIDDEN).withMaxReads(1_000);
        try (FileOutputStream log = new FileOutputStream(args[0]);
                DurableEventConsumer consumer = transport.openConsumer(options)) {
            while (true) {
                List<ReceivedEvent> events = consumer.receive(20, Duration.ofSeconds(1));
                for (ReceivedEvent event : events) {
                    log.write((event.event().eventId() + "\n").getBytes(StandardCharsets.UTF_8));
                }
                consumer.acknowledge(events);
            }
        }
    }
}
