package tasker.bootstrap.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import tasker.bootstrap.console.Console;
import tasker.bootstrap.console.Style;
import tasker.events.api.TaskerException;

/** Tell a person what failed: a code, what happened, what to do; never a stack trace unless it was asked for. */
final class Failures {
    private Failures() {}

    static int report(Throwable failure, boolean verbose, Console console) {
        Style style = console.errStyle();
        console.endStatus();
        console.note(style.bad("error:") + " " + message(failure));
        if (verbose) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            console.note(style.dim(trace.toString().stripTrailing()));
        }
        return ExitCodes.of(failure);
    }

    private static String message(Throwable failure) {
        if (failure instanceof TaskerException coded) {
            return String.valueOf(coded.getMessage());
        }
        return "TASKER-L301 this should not have happened: " + failure
                + "; run the command again with --verbose and report what it prints";
    }
}
