package tasker.bootstrap.logging;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;
import tasker.bootstrap.console.Console;

/**
 * Choose what is logged and where it goes; safe for use by many threads.
 *
 * <p>What is chosen before the first logger is made costs nothing: the {@link LogbackConfigurator} finds it.
 */
public final class Logging {
    private static volatile LogSettings settings = LogSettings.QUIET;
    private static volatile Console console = Console.system(System.getenv());

    private Logging() {}

    /** Write to this console, by these settings, from now on. */
    public static void use(LogSettings chosen, Console target) {
        settings = chosen;
        console = target;
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (factory instanceof LoggerContext context) {
            context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(chosen.level());
        }
        if (ModuleLayer.boot().findModule("java.logging").isPresent()) {
            JulBridge.install();
        }
    }

    static LogSettings settings() {
        return settings;
    }

    static Console console() {
        return console;
    }
}
