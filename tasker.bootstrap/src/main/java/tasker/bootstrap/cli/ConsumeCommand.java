package tasker.bootstrap.cli;

import ch.qos.logback.classic.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasker.bootstrap.assembly.Assembly;
import tasker.bootstrap.process.StopRequest;
import tasker.bootstrap.process.StopSignal;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.ConsumerOptions;
import tasker.events.api.spi.DurableEventConsumer;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

/** Print durable events and acknowledge them. */
@Command(
        name = "consume",
        sortOptions = false,
        header = "Print durable events and acknowledge them.",
        description = "Print durable events, one JSON object a line, and acknowledge each once it is printed; end when"
                + " the queue is empty. Ctrl-C or a closed pipe leaves the rest in the queue.",
        footer = {"", "Example: tasker consume --database-url jdbc:postgresql://localhost/orders --max 10"})
final class ConsumeCommand implements Callable<Integer> {
    private final CliContext context;

    @Option(names = "--max", paramLabel = "N", description = "End after this many events.")
    private long max = Long.MAX_VALUE;

    @Option(names = "--follow", description = "Do not end when the queue is empty; wait for more.")
    private boolean follow;

    @Option(
            names = "--queue",
            paramLabel = "NAME",
            description = "Another queue, such as a dead-letter queue; by default that of the worker's events.")
    private Optional<String> queue = Optional.empty();

    @Option(
            names = "--visibility-timeout",
            paramLabel = "SECONDS",
            description = "How long a received event stays hidden from others; by default 30.")
    private long visibilitySeconds =
            ConsumerOptions.defaults().visibilityTimeout().toSeconds();

    @Option(
            names = "--max-reads",
            paramLabel = "N",
            description = "An event that was read so often goes to the dead letters; by default 5.")
    private int maxReads = ConsumerOptions.defaults().maxReads();

    @Option(
            names = "--archive",
            description = "Keep what is acknowledged in the archive, from where it can be replayed.")
    private boolean archive;

    @Option(
            names = "--ordered",
            description =
                    "Keep the order of events of one key (header x-pgmq-group): the next comes when the one before"
                            + " it is acknowledged.")
    private boolean ordered;

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Mixin
    private final StandardOptions standard = new StandardOptions();

    ConsumeCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (max < 1) {
            throw new TaskerException("TASKER-L103", "--max is " + max + "; at least 1 is required");
        }
        ConsumerOptions wanted = wanted();
        Assembly assembly = options.assemble(context, Configuration.builder());
        standard.startLogging(assembly.configuration(), Level.WARN, Level.INFO, context.console());
        StopRequest stop = context.stops().open(signal -> {});
        try (WorkerSystem worker = assembly.builder().durableOnly().build()) {
            worker.start();
            try (DurableEventConsumer consumer = worker.durable().openConsumer(wanted)) {
                EventPrinter printer = new EventPrinter(consumer, context.console(), stop);
                int exitCode = printer.print(max, follow);
                return stop.signal().map(StopSignal::exitCode).orElse(exitCode);
            }
        }
    }

    private ConsumerOptions wanted() {
        ConsumerOptions wanted = ConsumerOptions.defaults()
                .withQueue(queue)
                .withVisibilityTimeout(Duration.ofSeconds(visibilitySeconds))
                .withMaxReads(maxReads);
        wanted = archive ? wanted.archiving() : wanted;
        return ordered ? wanted.inOrder() : wanted;
    }
}
