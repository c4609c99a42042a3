package tasker.events.pgmq;

import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import tasker.events.api.spi.ConsumerOptions;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.consuming.EventSubscription;
import tasker.nativecore.consuming.SubscriptionOptions;

/**
 * Handle events by the subscription of a whole worker in a process of its own: a line for each, with its count of
 * reads, handed to the system at once, so that it outlives a {@code kill -9}.
 */
final class HandlerProcess {
    private HandlerProcess() {}

    /** Arguments: the file to write to, the database's URL, and its account. It ends with its input. */
    public static void main(String[] args) throws Exception {
        Configuration configuration = Configuration.builder()
                .flag("database.url", args[1], "test")
                .flag("database.user", args[2], "test")
                .flag("worker.namespace", "orders", "test")
                .flag("worker.fast-transport", "none", "test")
                .build();
        SubscriptionOptions options = SubscriptionOptions.defaults()
                .withConsumer(ConsumerOptions.defaults()
                        .withVisibilityTimeout(Reader.HIDDEN)
                        .withMaxReads(1_000));
        try (FileOutputStream log = new FileOutputStream(args[0]);
                WorkerSystem worker = WorkerSystem.builder(configuration)
                        .service(new PgmqTransport())
                        .build()) {
            worker.start();
            EventSubscription subscription = worker.consume(
                    options,
                    event -> log.write((event.event().eventId() + " " + event.readCount() + "\n")
                            .getBytes(StandardCharsets.UTF_8)));
            System.in.readAllBytes();
            subscription.close();
        }
    }
}
