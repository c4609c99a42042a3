package tasker.bootstrap.cli;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasker.bootstrap.assembly.Assembly;
import tasker.bootstrap.demo.Demo;
import tasker.bootstrap.demo.DemoPlan;
import tasker.bootstrap.process.StopRequest;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DurableTransport;
import tasker.nativecore.config.Configuration;

/** Show the whole of it on a file of orders. */
@Command(
        name = "demo",
        sortOptions = false,
        header = "Process a file of orders and check every number on both sides.",
        description = {
            "Start a worker on a PostgreSQL of its own, process a file of orders (some of them bad, as in life),"
                    + " publish their events on both paths, read the durable ones back, and compare every number that"
                    + " two sides counted. Exit code 0 when all agree, 1 when not; bad orders are no disagreement.",
            "Reads tasker.toml only when --config names it."
        },
        footer = {"", "Example: tasker demo --orders my-orders.jsonl --rate 200 --stay"})
final class DemoCommand implements Callable<Integer> {
    private static final int STANDARD_PORT = 8081;

    private final CliContext context;

    @Option(
            names = "--orders",
            paramLabel = "FILE",
            description = "One JSON order a line; by default the orders that came with the example.")
    private Optional<String> orders = Optional.empty();

    @Option(names = "--rate", paramLabel = "N", description = "Submit at most this many orders a second.")
    private Optional<Integer> rate = Optional.empty();

    @Option(names = "--stay", description = "Keep the worker up after the summary, until Ctrl-C.")
    private boolean stay;

    @Option(names = "--json", description = "Print the summary as JSON.")
    private boolean json;

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Mixin
    private final StandardOptions standard = new StandardOptions();

    DemoCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        rate.filter(value -> value < 1).ifPresent(value -> {
            throw new TaskerException("TASKER-L103", "--rate is " + value + "; at least 1 is required");
        });
        StopRequest stop = context.stops()
                .open(signal -> context.console()
                        .note("stopping (" + signal.cause()
                                + "): what is in flight finishes; a second signal ends at once"));
        Assembly assembly = assembly();
        standard.startLogging(assembly.configuration(), Level.ERROR, Level.INFO, context.console());
        boolean own = options.databaseUrl().isEmpty();
        DemoPlan plan = new DemoPlan(
                orders.map(context.directory()::resolve)
                        .orElse(context.home().demo().resolve("orders.jsonl")),
                rate.map(OptionalInt::of).orElseGet(OptionalInt::empty),
                own ? "a new one, removed at the end" : "as named by --database-url",
                own,
                stay,
                json);
        return new Demo(plan, context.console(), stop).run(assembly.builder());
    }

    private Assembly assembly() {
        Configuration.Builder builder = Configuration.builder();
        boolean own = options.databaseUrl().isEmpty();
        builder.flag("database.provider", own ? "embedded-postgres" : "", "tasker demo");
        if (own) {
            builder.flag("database.url", "", "tasker demo");
        }
        builder.flag("worker.namespace", own ? "demo" : uniqueNamespace(), "tasker demo");
        // Its steps come from a file; what it leaves in the database are its events alone.
        builder.flag("pgmq.steps", "false", "tasker demo");
        if (!options.sets("observability.port") && isTaken(STANDARD_PORT)) {
            context.console().note("port " + STANDARD_PORT + " is taken; the worker answers at a free one");
            builder.flag("observability.port", "0", "tasker demo");
        }
        Path example = context.home().demo();
        if (!Files.isDirectory(example)) {
            requireDurablePath(ModuleLayer.boot());
            throw new TaskerException(
                    "TASKER-L105",
                    "the example worker is not in " + example
                            + "; run 'tasker demo' from a runtime image, or set the system property tasker.home to one");
        }
        return options.assembleNamedFileOnly(context, builder).with(example);
    }

    /** Images are linked without the example when they have no durable path: that is then what is missing. */
    static void requireDurablePath(ModuleLayer layer) {
        boolean linked = layer.modules().stream()
                .flatMap(module -> module.getDescriptor().provides().stream())
                .anyMatch(provided -> provided.service().equals(DurableTransport.class.getName()));
        if (!linked) {
            throw new TaskerException(
                    "TASKER-W201",
                    "this runtime has no durable path, and the demonstration reads its events back out of one; add the"
                            + " module tasker.events.pgmq to the runtime image, as -Dtasker.modules=full does");
        }
    }

    /** A database of others may hold a queue of any name that is not new. */
    private static String uniqueNamespace() {
        return "demo_" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    }

    private static boolean isTaken(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return false;
        } catch (IOException ignored) {
            return true;
        }
    }
}
