package tasker.bootstrap.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import tasker.bootstrap.assembly.Assembly;
import tasker.events.api.TaskerException;
import tasker.nativecore.config.Configuration;

/** Hold the options that say what a worker is put together from. */
final class ConfigurationOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration; all commands but demo default to $TASKER_CONFIG, else tasker.toml.")
    private Optional<String> config = Optional.empty();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One setting, such as worker.environment=test; may be repeated.")
    private List<String> settings = List.of();

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            description = "Names the worker's queues; short for --set worker.namespace=NAME.")
    private Optional<String> namespace = Optional.empty();

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            description = "The database, such as jdbc:postgresql://localhost/orders; short for --set database.url=URL.")
    private Optional<String> databaseUrl = Optional.empty();

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "Load the plugins of this folder too; may be repeated.")
    private List<String> plugins = List.of();

    Optional<String> namespace() {
        return namespace;
    }

    Optional<String> databaseUrl() {
        return databaseUrl;
    }

    /** Whether anything is given on the command line. */
    boolean areGiven() {
        return config.isPresent()
                || namespace.isPresent()
                || databaseUrl.isPresent()
                || !settings.isEmpty()
                || !plugins.isEmpty();
    }

    /** Whether this setting is given on the command line. */
    boolean sets(String key) {
        return settings.stream().anyMatch(setting -> setting.startsWith(key + "="));
    }

    /** Put the layers together, above what the builder holds. */
    Assembly assemble(CliContext context, Configuration.Builder builder) {
        file(context).ifPresent(builder::file);
        return assembleWithoutDefaultFile(context, builder);
    }

    /** The same, but of the files only one that is named on the command line. */
    Assembly assembleNamedFileOnly(CliContext context, Configuration.Builder builder) {
        config.map(context.directory()::resolve).ifPresent(builder::file);
        return assembleWithoutDefaultFile(context, builder);
    }

    private Assembly assembleWithoutDefaultFile(CliContext context, Configuration.Builder builder) {
        Map<String, String> variables = new HashMap<>(context.environment());
        ClientOptions.VARIABLES.forEach(variables::remove);
        builder.environment(variables);
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                // Not shown: what stands there may be the value of a secret whose key was forgotten.
                throw new TaskerException(
                        "TASKER-L101",
                        "--set was given a text without a key; write --set KEY=VALUE, such as worker.environment=test");
            }
            builder.flag(setting.substring(0, equals).strip(), setting.substring(equals + 1), "--set");
        }
        namespace.ifPresent(name -> builder.flag("worker.namespace", name, "--namespace"));
        databaseUrl.ifPresent(url -> builder.flag("database.url", url, "--database-url"));
        List<Path> folders = plugins.stream().map(context.directory()::resolve).toList();
        return new Assembly(builder.build(), context.home(), folders);
    }

    /** The file that {@link #assemble} reads. */
    Optional<Path> file(CliContext context) {
        Path standard = context.directory().resolve("tasker.toml");
        return config.or(() -> Optional.ofNullable(context.environment().get("TASKER_CONFIG"))
                        .filter(name -> !name.isBlank()))
                .map(context.directory()::resolve)
                .or(() -> Optional.of(standard).filter(Files::exists));
    }
}
