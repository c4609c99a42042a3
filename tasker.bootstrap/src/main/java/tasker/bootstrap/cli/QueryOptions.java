package tasker.bootstrap.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasker.bootstrap.client.WorkerClient;

/** Hold the options of a command that only asks a running worker and prints the answer. */
final class QueryOptions {
    @Mixin
    private final StandardOptions standard = new StandardOptions();

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /** Set up the log, and find the worker to ask. */
    WorkerClient worker(CliContext context) {
        standard.startLogging(context.console());
        return client.client(context);
    }

    boolean json() {
        return json;
    }
}
