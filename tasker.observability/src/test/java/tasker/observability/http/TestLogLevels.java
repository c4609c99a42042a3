package tasker.observability.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import tasker.events.api.InvalidValueException;
import tasker.nativecore.LogLevels;
import tasker.nativecore.LoggerLevel;

/** Keep levels in a map, with one that is refused. */
final class TestLogLevels implements LogLevels {
    final Map<String, String> levels = new ConcurrentSkipListMap<>(Map.of(ROOT, "info"));

    @Override
    public List<LoggerLevel> all() {
        return levels.keySet().stream().map(this::of).toList();
    }

    @Override
    public LoggerLevel of(String logger) {
        Optional<String> own = Optional.ofNullable(levels.get(logger));
        return new LoggerLevel(logger, own, own.orElse("info"));
    }

    @Override
    public LoggerLevel set(String logger, Optional<String> level) {
        if (level.equals(Optional.of("loud"))) {
            throw new InvalidValueException("level", "is 'loud'; expected trace, debug, info, warn, error, off");
        }
        level.ifPresentOrElse(text -> levels.put(logger, text), () -> levels.remove(logger));
        return of(logger);
    }
}
