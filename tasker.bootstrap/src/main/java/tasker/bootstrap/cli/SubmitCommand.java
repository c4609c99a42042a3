package tasker.bootstrap.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tasker.bootstrap.client.Answer;
import tasker.events.api.StepLimits;
import tasker.events.api.StepRequest;
import tasker.events.api.TaskerException;
import tasker.nativecore.json.Json;
import tasker.nativecore.json.StepMessage;

/** Hand a step to a running worker. */
@Command(
        name = "submit",
        sortOptions = false,
        header = "Hand a step to a running worker.",
        description =
                "Print the step's step_id once the worker has taken it; with --wait, its result once it has ended."
                        + " The exit code is 1 when the step failed, or had not ended in time.",
        footer = {"", "Example: tasker submit order '{\"order\": 42}' --wait --attempts 3"})
final class SubmitCommand implements Callable<Integer> {
    private static final int MAX_SECONDS = 3_600;

    private final CliContext context;

    @Parameters(index = "0", paramLabel = "HANDLER", description = "The handler's name; 'tasker modules' lists them.")
    private String handler = "";

    @Parameters(index = "1", paramLabel = "JSON", description = "The input, a JSON object; - reads standard input.")
    private String input = "";

    @Option(names = "--wait", description = "Wait for the result.")
    private boolean wait;

    @Option(
            names = "--wait-seconds",
            paramLabel = "SECONDS",
            description = "How long to wait for the result, up to 3600; by default 300.")
    private int waitSeconds = 300;

    @Option(
            names = "--attempts",
            paramLabel = "NUMBER",
            description = "How often the step is tried while it fails in a way that another attempt may not meet; by"
                    + " default once.")
    private int attempts = 1;

    @Option(
            names = "--timeout-ms",
            paramLabel = "MILLIS",
            description = "How long one attempt may run; by default as long as the handler says.")
    private Optional<Long> timeoutMillis = Optional.empty();

    @Option(names = "--json", description = "Print the worker's answer as JSON.")
    private boolean json;

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it: --verbose shows the trace of a failure
    private final StandardOptions standard = new StandardOptions();

    SubmitCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        if (waitSeconds < 1 || waitSeconds > MAX_SECONDS) {
            throw new TaskerException(
                    "TASKER-L103", "--wait-seconds is " + waitSeconds + "; expected 1 to " + MAX_SECONDS);
        }
        Duration patience = wait ? Duration.ofSeconds(waitSeconds) : Duration.ZERO;
        StepRequest request = StepRequest.of(handler, JsonArgument.object(context, "input", input));
        Answer answer = client.client(context)
                .post("/steps?wait_ms=" + patience.toMillis(), new StepMessage(request, limits()).json(), patience);
        Map<String, Object> result = JsonValues.members(JsonValues.object(answer.body()));
        String status = JsonValues.text(result, "status");
        if (json) {
            context.console().data(answer.body());
        } else {
            print(status, result);
        }
        return status.equals("failure") || (wait && status.equals("accepted")) ? ExitCodes.FAILED : ExitCodes.OK;
    }

    private StepLimits limits() {
        StepLimits limits = StepLimits.attempts(attempts);
        return timeoutMillis.map(Duration::ofMillis).map(limits::withTimeout).orElse(limits);
    }

    private void print(String status, Map<String, Object> result) {
        switch (status) {
            case "success" -> context.console().data(Json.text(result.getOrDefault("output", Map.of())));
            case "failure" ->
                context.console()
                        .note("the step failed (" + JsonValues.text(result, "failure") + ", attempt "
                                + JsonValues.text(result, "attempt") + "): " + JsonValues.text(result, "reason"));
            default -> {
                context.console().data(JsonValues.text(result, "step_id"));
                if (wait) {
                    context.console().note("the step had not ended after " + waitSeconds + " s; it goes on");
                }
            }
        }
    }
}
