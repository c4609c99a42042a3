package tasker.bootstrap.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tasker.bootstrap.assembly.Assembly;
import tasker.bootstrap.console.Style;
import tasker.bootstrap.plugins.LoadedPlugins;
import tasker.bootstrap.plugins.PluginFolder;
import tasker.bootstrap.plugins.PluginView;
import tasker.events.api.TaskerException;
import tasker.nativecore.json.Json;

/** Check plugins without installing them. */
@Command(
        name = "verify",
        sortOptions = false,
        header = "Check jars without installing them.",
        description = {
            "Check whether jars, or folders of jars, would be loaded as plugins: every entry is read, every class looked"
                    + " at, and requirements, signatures and the allow-list are checked as 'tasker run' does with the"
                    + " same options. None of their code runs. What they require may be among them, or installed.",
            "The exit code is 1 when any of them would be refused."
        },
        footer = {"", "Example: tasker plugins verify geo-1.2.jar"})
final class PluginVerifyCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(arity = "1..*", paramLabel = "JAR", description = "A jar, or a folder of jars.")
    private List<String> places = List.of();

    @Mixin
    private final StandardOptions standard = new StandardOptions();

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    PluginVerifyCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        List<Path> given = places.stream().map(this::place).toList();
        Assembly assembly = PluginViews.assemble(context, standard, options);
        // Those that are given come first: an installed one of the same name is what they would replace.
        List<Path> all = new ArrayList<>(given);
        PluginFolder.places(assembly.pluginFolders()).stream()
                .map(place -> place.toAbsolutePath().normalize())
                .filter(place -> !given.contains(place))
                .forEach(all::add);
        try (LoadedPlugins loaded = assembly.pluginLoader().thorough().load(all)) {
            List<PluginView> views = PluginViews.all(loaded).stream()
                    .filter(view -> given.contains(Path.of(view.place())))
                    .toList();
            Style style = context.console().outStyle();
            context.console()
                    .data(
                            json
                                    ? Json.pretty(views)
                                    : views.stream()
                                            .map(view -> PluginViews.tree(view, style))
                                            .collect(Collectors.joining("\n\n")));
            boolean fine = views.stream().allMatch(view -> view.refusal().isEmpty());
            return fine ? ExitCodes.OK : ExitCodes.FAILED;
        }
    }

    private Path place(String text) {
        Path place = context.directory().resolve(text).toAbsolutePath().normalize();
        if (!Files.exists(place)) {
            throw new TaskerException("TASKER-L103", "there is no '" + text + "'; name a jar, or a folder of jars");
        }
        return place;
    }
}
