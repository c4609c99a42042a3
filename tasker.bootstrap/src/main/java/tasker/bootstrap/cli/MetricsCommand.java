package tasker.bootstrap.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasker.bootstrap.client.WorkerClient;
import tasker.bootstrap.console.TextTable;
import tasker.bootstrap.console.TextTable.Cell;

/** Show what a running worker has counted and measured. */
@Command(
        name = "metrics",
        sortOptions = false,
        header = "Show what a running worker has counted and measured.",
        description = "Times are in milliseconds; percentiles look back over worker.metrics-window-ms, all else over"
                + " the worker's life.")
final class MetricsCommand implements Callable<Integer> {
    private final CliContext context;

    @Mixin
    private final QueryOptions query = new QueryOptions();

    @Option(names = "--prometheus", description = "Print every metric, as Prometheus reads it.")
    private boolean prometheus;

    MetricsCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        WorkerClient worker = query.worker(context);
        String text = prometheus
                ? worker.get("/metrics", "text/plain").body()
                : worker.get("/metrics/worker", "application/json").body();
        context.console().data(query.json() || prometheus ? text.stripTrailing() : table(JsonValues.object(text)));
        return ExitCodes.OK;
    }

    private static String table(Map<String, ?> metrics) {
        TextTable table = new TextTable();
        JsonValues.members(metrics).forEach((name, value) -> table.row(Cell.of(name), Cell.number(value.toString())));
        return table.render();
    }
}
