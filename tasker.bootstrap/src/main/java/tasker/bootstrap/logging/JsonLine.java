package tasker.bootstrap.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import tasker.nativecore.json.Json;

/** Write one log event as one JSON object on one line, with the context's keys beside the event's own. */
final class JsonLine {
    private JsonLine() {}

    static String of(ILoggingEvent event) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("timestamp", event.getInstant().toString());
        line.put("level", event.getLevel().toString());
        line.put("thread", event.getThreadName());
        line.put("logger", event.getLoggerName());
        line.put("message", LogText.cut(event.getFormattedMessage()));
        new TreeMap<>(event.getMDCPropertyMap()).forEach(line::putIfAbsent);
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.put("exception", ThrowableProxyUtil.asString(thrown).stripTrailing());
        }
        return Json.text(line);
    }
}
