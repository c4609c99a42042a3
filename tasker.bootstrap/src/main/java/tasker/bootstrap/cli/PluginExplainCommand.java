package tasker.bootstrap.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tasker.bootstrap.console.Style;
import tasker.bootstrap.plugins.LoadedPlugins;
import tasker.bootstrap.plugins.PluginView;
import tasker.events.api.TaskerException;
import tasker.nativecore.json.Json;

/** Explain one plugin, down to how each of its requirements was met. */
@Command(
        name = "explain",
        sortOptions = false,
        header = "Show what a plugin is made of, and why it loads or not.",
        description =
                "Show the jars, modules and services of a plugin, what it requires and what meets that, and, where"
                        + " it is refused, the whole chain of reasons. With --url, ask a running worker how it stands.",
        footer = {"", "Example: tasker plugins explain geo"})
final class PluginExplainCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(index = "0", paramLabel = "NAME", description = "The name of a plugin, or of its jar or folder.")
    private String name = "";

    @Mixin
    private final StandardOptions standard = new StandardOptions();

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    PluginExplainCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (client.isGiven()) {
            String answer = client.client(context)
                    .get(PluginChange.path(name), "application/json")
                    .body();
            context.console()
                    .data(
                            json
                                    ? answer.stripTrailing()
                                    : PluginStates.details(
                                            JsonValues.members(JsonValues.object(answer)),
                                            context.console().outStyle()));
            return ExitCodes.OK;
        }
        try (LoadedPlugins loaded =
                PluginViews.assemble(context, standard, options).loadPlugins()) {
            List<PluginView> all = PluginViews.all(loaded);
            List<PluginView> meant = all.stream()
                    .filter(view -> view.name().equals(name) || view.place().endsWith("/" + name))
                    .toList();
            if (meant.isEmpty()) {
                String known = all.stream().map(PluginView::name).distinct().collect(Collectors.joining(", "));
                throw new TaskerException(
                        "TASKER-L107",
                        "there is no plugin '" + name + "'; those there are " + (known.isEmpty() ? "none" : known)
                                + "; see 'tasker plugins list'");
            }
            Style style = context.console().outStyle();
            context.console()
                    .data(
                            json
                                    ? Json.pretty(meant)
                                    : meant.stream()
                                            .map(view -> PluginViews.tree(view, style))
                                            .collect(Collectors.joining("\n\n")));
        }
        return ExitCodes.OK;
    }
}
