package tasker.bootstrap.console;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hold how much room there is.
 *
 * @param columns characters in a line
 * @param rows lines
 */
public record ScreenSize(int columns, int rows) {
    /** Read what {@code stty size} prints: rows and columns. */
    static Optional<ScreenSize> parse(String text) {
        String[] parts = text.split(" ", 2);
        return parts.length < 2
                ? Optional.empty()
                : positive(parts[1]).flatMap(columns -> positive(parts[0]).map(rows -> new ScreenSize(columns, rows)));
    }

    /** Read a number above 0; a terminal that does not know its size says 0. */
    static Optional<Integer> positive(@Nullable String text) {
        try {
            return Optional.ofNullable(text)
                    .map(String::strip)
                    .map(Integer::valueOf)
                    .filter(number -> number > 0);
        } catch (NumberFormatException ignored) {
            return Optional.empty();
        }
    }
}
