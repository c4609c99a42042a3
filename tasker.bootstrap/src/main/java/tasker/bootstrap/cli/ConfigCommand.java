package tasker.bootstrap.cli;

import ch.qos.logback.classic.Level;
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
import tasker.events.api.TaskerException;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.json.Json;

/** Show every setting in force and where it came from. */
@Command(
        name = "config",
        sortOptions = false,
        header = "Show every setting and where it came from.",
        description = "Show every setting of a running worker and where it came from. With --local, of the worker that"
                + " 'tasker run' would start with the same options.")
final class ConfigCommand implements Callable<Integer> {
    private final CliContext context;

    @Mixin
    private final StandardOptions standard = new StandardOptions();

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Option(names = "--local", description = "Ask no worker; check and show the configuration found here.")
    private boolean local;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(names = "--reference", description = "Print the reference page of every setting there is, as Markdown.")
    private boolean reference;

    ConfigCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (reference) {
            context.console().data(assembly().builder().settingsReference().stripTrailing());
            return ExitCodes.OK;
        }
        if (!local && options.areGiven()) {
            throw new TaskerException(
                    "TASKER-L101",
                    "--config, --set, --namespace, --database-url and --plugins do not change a worker that runs; add"
                            + " --local to see what they would make of one that is started with them");
        }
        String settings = local
                ? local()
                : client.client(context).get("/config", "application/json").body();
        context.console()
                .data(
                        json
                                ? settings.stripTrailing()
                                : table(JsonValues.objects(
                                        JsonValues.object(settings).get("settings"))));
        return ExitCodes.OK;
    }

    private String local() {
        try (WorkerSystem worker = assembly().builder().build()) {
            return Json.pretty(Map.of("settings", worker.settings()));
        }
    }

    private Assembly assembly() {
        Assembly assembly = options.assemble(context, Configuration.builder());
        standard.startLogging(assembly.configuration(), Level.WARN, Level.INFO, context.console());
        return assembly;
    }

    private String table(List<Map<String, Object>> settings) {
        Style style = context.console().outStyle();
        TextTable table = new TextTable();
        table.row(Cell.of("SETTING", style::bold), Cell.of("VALUE", style::bold), Cell.of("FROM", style::bold));
        for (Map<String, Object> setting : settings) {
            boolean standing = JsonValues.text(setting, "origin").equals("default");
            String source = JsonValues.text(setting, "source");
            table.row(
                    Cell.of(JsonValues.text(setting, "key")),
                    Cell.of(JsonValues.text(setting, "value")),
                    Cell.of(source, standing ? style::dim : style::bold));
        }
        return table.render();
    }
}
