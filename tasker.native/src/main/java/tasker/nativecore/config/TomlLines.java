package tasker.nativecore.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Know on which line of a TOML file a key stands.
 *
 * <p>The parser keeps no positions. This looks for section headers and keys at the start of lines, outside of
 * multi-line strings, which finds all but keys within inline tables; those are told by their section's line.
 */
final class TomlLines {
    private static final Pattern HEADER = Pattern.compile("\\[([^\\[\\]]+)].*");
    private static final Pattern KEY = Pattern.compile("([A-Za-z0-9_\"'.\\s-]+)=.*");
    private static final Pattern MULTI_LINE = Pattern.compile("\"\"\"|'''");

    private final Map<String, Integer> lines;

    private TomlLines(Map<String, Integer> lines) {
        this.lines = lines;
    }

    static TomlLines of(String toml) {
        Map<String, Integer> lines = new HashMap<>();
        String section = "";
        boolean inString = false;
        int number = 0;
        for (String line : toml.lines().toList()) {
            number++;
            if (!inString) {
                Matcher header = HEADER.matcher(line.strip());
                Matcher key = KEY.matcher(line.strip());
                if (header.matches()) {
                    section = bare(header.group(1)) + '.';
                    lines.putIfAbsent(bare(header.group(1)), number);
                } else if (key.matches()) {
                    lines.putIfAbsent(section + bare(key.group(1)), number);
                }
            }
            inString ^= MULTI_LINE.matcher(line).results().count() % 2 == 1;
        }
        return new TomlLines(lines);
    }

    /** The file with the key's line, or its section's, or none. */
    String source(Path file, String fullKey, String section) {
        Integer line = lines.getOrDefault(fullKey, lines.get(section));
        return line == null ? file.toString() : file + ":" + line;
    }

    private static String bare(String key) {
        return key.replaceAll("[\"'\\s]", "");
    }
}
