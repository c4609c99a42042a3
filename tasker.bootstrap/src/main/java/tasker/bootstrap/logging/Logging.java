package tasker.bootstrap.logging;

import ch.qos.logback.classic.LoggerContext;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.LoggerFactory;
import tasker.bootstrap.console.Console;
import tasker.nativecore.LogLevels;

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
        console = target;
        if (hasJul()) {
            JulBridge.install();
        }
        change(chosen);
    }

    /** Log by these settings from now on; a logger that the last ones named, and these do not, inherits again. */
    static synchronized void change(LogSettings chosen) {
        LogSettings last = settings;
        settings = chosen;
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            apply(new LogbackLevels(context), last, chosen);
        }
    }

    static void apply(LogLevels levels, LogSettings last, LogSettings chosen) {
        levels.set(LogLevels.ROOT, Optional.of(text(chosen.level().toString())));
        Set<String> gone = new HashSet<>(last.levels().keySet());
        gone.removeAll(chosen.levels().keySet());
        gone.remove(LogLevels.ROOT);
        gone.forEach(name -> levels.set(name, Optional.empty()));
        chosen.levels().forEach((name, level) -> levels.set(name, Optional.of(text(level.toString()))));
    }

    /** Whether libraries of this runtime can log through {@code java.util.logging}. */
    static boolean hasJul() {
        return ModuleLayer.boot().findModule("java.logging").isPresent();
    }

    static LogSettings settings() {
        return settings;
    }

    static Console console() {
        return console;
    }

    private static String text(String level) {
        return level.toLowerCase(Locale.ROOT);
    }
}
