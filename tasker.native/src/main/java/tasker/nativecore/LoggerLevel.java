package tasker.nativecore;

import java.util.Optional;

/**
 * Tell how much one logger logs.
 *
 * @param name the logger's name; {@link LogLevels#ROOT} for the one that all others inherit from
 * @param level the level that was set for it: {@code trace}, {@code debug}, {@code info}, {@code warn}, {@code error}
 *     or {@code off}; empty when it inherits
 * @param effectiveLevel the level in force
 */
public record LoggerLevel(String name, Optional<String> level, String effectiveLevel) {}
