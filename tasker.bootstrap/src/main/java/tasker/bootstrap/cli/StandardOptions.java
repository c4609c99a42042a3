package tasker.bootstrap.cli;

import ch.qos.logback.classic.Level;
import picocli.CommandLine.Option;
import tasker.bootstrap.console.Console;
import tasker.bootstrap.logging.LogSettings;
import tasker.bootstrap.logging.Logging;
import tasker.nativecore.config.Configuration;

/** Hold the options that every command has. */
final class StandardOptions {
    @Option(
            names = {"-v", "--verbose"},
            description = "Log more, and show where errors come from.")
    private boolean verbose;

    /** Log as configured; where nothing is, this much, or more when it was asked for. */
    void startLogging(Configuration configuration, Level usual, Level more, Console console) {
        Logging.use(logSettings(configuration, usual, more), console);
    }

    /** What to log as configured; where nothing is, this much, or more when it was asked for. */
    LogSettings logSettings(Configuration configuration, Level usual, Level more) {
        LogSettings configured = LogSettings.of(configuration.section(LogSettings.SECTION), usual);
        return verbose ? configured.withLevel(more) : configured;
    }

    /** Log only when it was asked for: a command that asks a running worker starts faster without. */
    void startLogging(Console console) {
        if (verbose) {
            Logging.use(LogSettings.QUIET.withLevel(Level.DEBUG), console);
        }
    }
}
