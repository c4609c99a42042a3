package tasker.bootstrap.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tasker.bootstrap.client.WorkerClient;
import tasker.events.api.TaskerException;

/** Hold the options that say which running worker is asked. */
final class ClientOptions {
    static final String URL_VARIABLE = "TASKER_URL";
    private static final String STANDARD_URL = "http://127.0.0.1:8081";

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The running worker; by default $TASKER_URL, else " + STANDARD_URL + ".")
    private Optional<String> url = Optional.empty();

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "What the worker wants to be shown; by default $TASKER_OBSERVABILITY_TOKEN.")
    private Optional<String> token = Optional.empty();

    /** Whether a running worker was named on the command line. */
    boolean isGiven() {
        return url.isPresent();
    }

    WorkerClient client(CliContext context) {
        Map<String, String> environment = context.environment();
        String text = url.or(() -> present(environment.get(URL_VARIABLE))).orElse(STANDARD_URL);
        return new WorkerClient(parse(text), token.or(() -> present(environment.get("TASKER_OBSERVABILITY_TOKEN"))));
    }

    private static Optional<String> present(@Nullable String text) {
        return Optional.ofNullable(text).filter(value -> !value.isBlank());
    }

    private static URI parse(String text) {
        try {
            URI uri = new URI(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException ignored) {
            // Reported below, with an example.
        }
        throw new TaskerException(
                "TASKER-L103", "'" + text + "' is no address of a worker; write one such as " + STANDARD_URL);
    }
}
