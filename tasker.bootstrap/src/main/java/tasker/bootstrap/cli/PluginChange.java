package tasker.bootstrap.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tasker.bootstrap.client.Answer;

/** Hold the options with which a running worker is told to change a plugin, and tell it. */
final class PluginChange {
    /** As long as a worker may be configured to wait for a plugin to stop, twice. */
    private static final Duration LONGEST = Duration.ofHours(2);

    private static final String ALL = "/plugins";

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    void install(CliContext context, Path file) {
        String name = String.valueOf(file.toAbsolutePath().normalize().getFileName());
        send(context, "POST", ALL + "?file=" + encoded(name), Optional.of(file));
    }

    void replace(CliContext context, String plugin, Path file) {
        send(context, "PUT", path(plugin), Optional.of(file));
    }

    void act(CliContext context, String plugin, String action) {
        send(context, "POST", path(plugin) + "?action=" + action, Optional.empty());
    }

    void remove(CliContext context, String plugin) {
        send(context, "DELETE", path(plugin), Optional.empty());
    }

    static String path(String plugin) {
        return ALL + '/' + encoded(plugin);
    }

    private void send(CliContext context, String method, String path, Optional<Path> file) {
        Optional<Path> jar = file.map(context.directory()::resolve);
        Answer answer = client.client(context).change(method, path, jar, LONGEST);
        Map<String, Object> plugin = JsonValues.members(JsonValues.object(answer.body()));
        context.console()
                .data(
                        json
                                ? answer.body().stripTrailing()
                                : PluginStates.table(
                                        List.of(plugin), context.console().outStyle()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
