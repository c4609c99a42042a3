package tasker.bootstrap.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

/** Write log lines to the console, which keeps them apart from a progress line. */
final class ConsoleAppender extends AppenderBase<ILoggingEvent> {
    @Override
    protected void append(ILoggingEvent event) {
        String line = switch (Logging.settings().format()) {
            case PLAIN -> PlainLine.of(event);
            case JSON -> JsonLine.of(event);
        };
        Logging.console().note(line);
    }
}
