package tasker.bootstrap.cli;

import ch.qos.logback.classic.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasker.bootstrap.assembly.Assembly;
import tasker.bootstrap.console.Style;
import tasker.bootstrap.console.TextTable;
import tasker.bootstrap.console.TextTable.Cell;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.json.Json;

/** List every provider, and what became of it. */
@Command(
        name = "modules",
        sortOptions = false,
        header = "List every provider and what became of it.",
        description = {
            "List every provider that this runtime and its plugins hold, with its module, version and jar, and what"
                    + " was skipped and why. With --url, ask a running worker instead."
        })
final class ModulesCommand implements Callable<Integer> {
    private final CliContext context;

    @Mixin
    private final StandardOptions standard = new StandardOptions();

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    ModulesCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        String reports = client.isGiven()
                ? client.client(context).get("/providers", "application/json").body()
                : local();
        context.console().data(json ? reports.stripTrailing() : table(JsonValues.objects(reports)));
        return ExitCodes.OK;
    }

    private String local() {
        Assembly assembly = options.assemble(context, Configuration.builder());
        standard.startLogging(assembly.configuration(), Level.WARN, Level.INFO, context.console());
        try (WorkerSystem worker = assembly.builder().build()) {
            return Json.pretty(worker.providers());
        }
    }

    private String table(List<Map<String, Object>> reports) {
        Style style = context.console().outStyle();
        TextTable table = new TextTable();
        table.row(
                Cell.of("SERVICE", style::bold),
                Cell.of("NAME", style::bold),
                Cell.of("STATUS", style::bold),
                Cell.of("MODULE", style::bold),
                Cell.of("VERSION", style::bold),
                Cell.of("FROM", style::bold));
        List<String> problems = new ArrayList<>();
        for (Map<String, Object> report : reports) {
            String status = JsonValues.text(report, "status");
            table.row(
                    Cell.of(JsonValues.text(report, "service")),
                    Cell.of(report.containsKey("name") ? JsonValues.text(report, "name") : "-"),
                    Cell.of(status, text -> paint(text, style)),
                    Cell.of(report.containsKey("module") ? JsonValues.text(report, "module") : "-"),
                    Cell.of(report.containsKey("version") ? JsonValues.text(report, "version") : "-"),
                    Cell.of(JsonValues.text(report, "location")));
            if (report.containsKey("choice")) {
                problems.add(paint(status, style) + ": '" + JsonValues.text(report, "name") + "' was chosen: "
                        + JsonValues.text(report, "choice"));
            }
            if (report.containsKey("problem")) {
                problems.add(paint(status, style) + ": " + JsonValues.text(report, "problem"));
            }
        }
        return table.render() + (problems.isEmpty() ? "" : "\n\n" + String.join("\n", problems));
    }

    private static String paint(String status, Style style) {
        return switch (status) {
            case "active" -> style.good(status);
            case "skipped", "failed" -> style.bad(status);
            default -> style.dim(status);
        };
    }
}
