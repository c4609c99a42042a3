package tasker.bootstrap.cli;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tasker.bootstrap.assembly.Assembly;
import tasker.bootstrap.client.Answer;
import tasker.events.api.StepLimits;
import tasker.events.api.StepRequest;
import tasker.events.api.TaskerException;
import tasker.nativecore.WorkerSystem;
import tasker.nativecore.config.Configuration;
import tasker.nativecore.json.Json;
import tasker.nativecore.json.StepMessage;

/** Hand a step to a running worker, or put it into a queue. */
@Command(
        name = "submit",
        sortOptions = false,
        header = "Hand a step to a running worker, or put it into the queue of a namespace.",
        description =
                "Print the step's step_id once the worker has taken it; with --wait, its result once it has ended."
                        + " The exit code is 1 when the step failed, or had not ended in time."
                        + " With --queue, commit the step to the database, for whichever worker of the namespace"
                        + " reads it first; its result goes to the queue orchestration_step_results.",
        footer = {
            "",
            "Examples: tasker submit order '{\"order\": 42}' --wait --attempts 3",
            "          tasker submit order '{\"order\": 42}' --queue --namespace shop --database-url URL"
        })
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

    @Option(
            names = "--queue",
            description = "Put the step into the queue worker_<namespace>_queue of the database; no worker need run.")
    private boolean queue;

    @Option(names = "--json", description = "Print the worker's answer as JSON.")
    private boolean json;

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Mixin
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
        StepRequest request = StepRequest.of(handler, JsonArgument.object(context, "input", input));
        StepLimits limits = limits();
        if (queue) {
            enqueue(request, limits);
            return ExitCodes.OK;
        }
        if (options.areGiven()) {
            throw new TaskerException(
                    "TASKER-L101",
                    "a running worker has its own configuration; add --queue to put the step into the database, or"
                            + " leave out --config, --set, --namespace, --database-url and --plugins");
        }
        Duration patience = wait ? Duration.ofSeconds(waitSeconds) : Duration.ZERO;
        Answer answer = client.client(context)
                .post("/steps?wait_ms=" + patience.toMillis(), new StepMessage(request, limits).json(), patience);
        Map<String, Object> result = JsonValues.members(JsonValues.object(answer.body()));
        String status = JsonValues.text(result, "status");
        if (json) {
            context.console().data(answer.body());
        } else {
            print(status, result);
        }
        return status.equals("failure") || (wait && status.equals("accepted")) ? ExitCodes.FAILED : ExitCodes.OK;
    }

    private void enqueue(StepRequest request, StepLimits limits) {
        if (wait || client.isGiven()) {
            throw new TaskerException(
                    "TASKER-L101",
                    "with --queue no worker is asked, so that there is none to name with --url and no result to --wait"
                            + " for; read it from the queue orchestration_step_results");
        }
        Assembly assembly = options.assemble(context, Configuration.builder());
        standard.startLogging(assembly.configuration(), Level.WARN, Level.INFO, context.console());
        try (WorkerSystem worker = assembly.builder().durableOnly().build()) {
            worker.start();
            worker.enqueue(request, limits);
        }
        String id = request.stepId().toString();
        context.console().data(json ? Json.text(Map.of("step_id", id, "status", "queued")) : id);
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
