package tasker.bootstrap.logging;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;

/** Set logback up in code. Made by logback, once, when the first logger is asked for. */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class LogbackConfigurator extends ContextAwareBase implements Configurator {
    /** Made by {@link java.util.ServiceLoader}. */
    public LogbackConfigurator() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        ConsoleAppender appender = new ConsoleAppender();
        appender.setContext(context);
        appender.setName("console");
        appender.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        Logging.apply(new LogbackLevels(context), LogSettings.QUIET, Logging.settings());
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
