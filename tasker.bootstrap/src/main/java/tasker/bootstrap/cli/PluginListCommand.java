package tasker.bootstrap.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasker.bootstrap.assembly.Assembly;
import tasker.bootstrap.console.Style;
import tasker.bootstrap.console.TextTable;
import tasker.bootstrap.console.TextTable.Cell;
import tasker.bootstrap.plugins.LoadedPlugins;
import tasker.bootstrap.plugins.PluginService;
import tasker.bootstrap.plugins.PluginView;
import tasker.nativecore.json.Json;

/** List the plugins and what would become of them. */
@Command(
        name = "list",
        sortOptions = false,
        header = "List the plugins and whether they load.",
        description = "List the plugins that 'tasker run' would load with the same options, with their services and the"
                + " SHA-256 of their bytes, and why others are refused. None of their code runs."
                + " With --url, list those of a running worker, and how each stands.")
final class PluginListCommand implements Callable<Integer> {
    private static final int SHORT_DIGEST = 12;

    private final CliContext context;

    @Mixin
    private final StandardOptions standard = new StandardOptions();

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    PluginListCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (client.isGiven()) {
            String answer =
                    client.client(context).get("/plugins", "application/json").body();
            Object plugins = JsonValues.object(answer).get("plugins");
            context.console()
                    .data(
                            json
                                    ? Json.pretty(JsonValues.objects(plugins))
                                    : PluginStates.table(
                                            JsonValues.objects(plugins),
                                            context.console().outStyle()));
            return ExitCodes.OK;
        }
        Assembly assembly = PluginViews.assemble(context, standard, options);
        try (LoadedPlugins loaded = assembly.loadPlugins()) {
            List<PluginView> views = PluginViews.all(loaded);
            context.console().data(json ? Json.pretty(views) : table(views));
            if (views.isEmpty()) {
                context.console().note("no plugin in " + assembly.pluginFolders());
            }
        }
        return ExitCodes.OK;
    }

    private String table(List<PluginView> views) {
        Style style = context.console().outStyle();
        TextTable table = new TextTable();
        table.row(
                Cell.of("NAME", style::bold),
                Cell.of("VERSION", style::bold),
                Cell.of("STATUS", style::bold),
                Cell.of("SERVICES", style::bold),
                Cell.of("SHA-256", style::bold),
                Cell.of("FROM", style::bold));
        for (PluginView view : views) {
            table.row(
                    Cell.of(view.name()),
                    Cell.of(view.version().orElse("-")),
                    Cell.of(view.status(), text -> PluginViews.paint(text, style)),
                    Cell.of(services(view)),
                    Cell.of(view.sha256()
                            .map(digest -> digest.substring(0, SHORT_DIGEST))
                            .orElse("-")),
                    Cell.of(view.place()));
        }
        String problems = views.stream()
                .flatMap(view -> view.refusal().stream())
                .map(refusal -> "\n" + PluginViews.paint("refused", style) + ": " + refusal.message())
                .collect(Collectors.joining());
        return table.render() + (problems.isEmpty() ? "" : "\n" + problems);
    }

    private static String services(PluginView view) {
        return view.services().isEmpty()
                ? "-"
                : view.services().stream().map(PluginService::type).distinct().collect(Collectors.joining(", "));
    }
}
