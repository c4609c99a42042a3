package tasker.bootstrap.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The root of all commands. */
@Command(
        name = "tasker",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Run a worker: step handlers, durable and in-process domain events, health, metrics.",
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "  0:done",
            "  1:the work failed, or the worker is unhealthy",
            "  2:wrong usage or configuration",
            "  3:the worker or the database cannot be reached",
            "130:ended by Ctrl-C (129 terminal closed, 141 output closed, 143 SIGTERM)"
        },
        footer = {
            "",
            "Try 'tasker demo', and 'tasker COMMAND --help'. Errors start with a code; docs/errors.md explains each."
        })
final class Tasker implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything is called
    private CommandSpec spec;

    /** Without a command there is nothing to do but to say which there are. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCodes.USAGE;
    }
}
