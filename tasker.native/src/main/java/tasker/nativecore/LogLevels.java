package tasker.nativecore;

import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import tasker.events.api.InvalidValueException;
import tasker.events.api.TaskerException;

/**
 * See and change how much each logger logs, while the worker runs; safe for use by many threads.
 *
 * <p>The core logs through SLF4J, which has no way to change a level. Whoever sets the backend up gives an
 * implementation to the {@link WorkerSystemBuilder#logLevels builder}; without one, each call says that it is missing.
 */
public interface LogLevels {
    /** The name of the logger that all others inherit from. */
    String ROOT = "root";

    /** Refuse every call with {@code TASKER-W210}, which names the backend in use. */
    static LogLevels unsupported() {
        return new LogLevels() {
            @Override
            public List<LoggerLevel> all() {
                throw refusal();
            }

            @Override
            public LoggerLevel of(String logger) {
                throw refusal();
            }

            @Override
            public LoggerLevel set(String logger, Optional<String> level) {
                throw refusal();
            }

            private TaskerException refusal() {
                return new TaskerException(
                        "TASKER-W210",
                        "the levels of loggers cannot be seen or changed: the program that embeds this worker logs"
                                + " through "
                                + LoggerFactory.getILoggerFactory().getClass().getName()
                                + " and has not said how; change them there, or give the builder its logLevels");
            }
        };
    }

    /**
     * Every logger that there is, by its name, the root first.
     *
     * @throws TaskerException {@code TASKER-W210} when the backend cannot tell
     */
    List<LoggerLevel> all();

    /**
     * One logger; it need not exist.
     *
     * @throws InvalidValueException when the name is malformed
     * @throws TaskerException {@code TASKER-W210} when the backend cannot tell
     */
    LoggerLevel of(String logger);

    /**
     * Set the level of a logger and of those that inherit from it, from now on.
     *
     * @param level as in {@link LoggerLevel#level()}; empty to inherit again, which the root cannot
     * @return how the logger then stands
     * @throws InvalidValueException when the name or the level is malformed
     * @throws TaskerException {@code TASKER-W210} when the backend cannot do it
     */
    LoggerLevel set(String logger, Optional<String> level);
}
