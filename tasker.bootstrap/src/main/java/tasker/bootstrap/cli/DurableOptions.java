package tasker.bootstrap.cli;

import ch.qos.logback.classic.Level;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasker.bootstrap.assembly.Assembly;
import tasker.events.api.spi.QueueAdministration;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;

/** Hold the options of a command that works on the queues of the durable path. */
final class DurableOptions {
    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Mixin
    private final StandardOptions standard = new StandardOptions();

    boolean json() {
        return json;
    }

    /** Start the durable path alone, work on its queues, and tell the exit code. */
    int withQueues(CliContext context, ToIntFunction<QueueAdministration> work) {
        Assembly assembly = options.assemble(context, Configuration.builder());
        standard.startLogging(assembly.configuration(), Level.WARN, Level.INFO, context.console());
        try (WorkerSystem worker = assembly.builder().durableOnly().build()) {
            worker.start();
            return work.applyAsInt(worker.durable().queues());
        }
    }
}
