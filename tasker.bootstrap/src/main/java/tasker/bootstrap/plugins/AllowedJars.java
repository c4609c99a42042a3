package tasker.bootstrap.plugins;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tasker.events.api.TaskerException;

/**
 * Hold the digests of the jars that may be loaded.
 *
 * @param digests SHA-256, in lower-case hexadecimal
 * @param source where they were read from, for messages
 */
public record AllowedJars(Set<String> digests, String source) {
    static final String SETTING = "plugins.allowed-sha256";

    private static final Pattern DIGEST = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Pattern SEPARATOR = Pattern.compile("[\\s,]+");

    /** Copy the set. */
    public AllowedJars {
        digests = Set.copyOf(digests);
    }

    /**
     * Read digests, separated by commas or white space, or the file of that name, which has one at the beginning of
     * each line, as {@code sha256sum} prints them; what follows {@code #} is a comment.
     *
     * @throws TaskerException {@code TASKER-P126} when it is neither
     */
    public static AllowedJars read(String text) {
        List<String> words = Stream.of(SEPARATOR.split(text.strip())).toList();
        if (words.stream().allMatch(word -> DIGEST.matcher(word).matches())) {
            return new AllowedJars(lowerCase(words), "'" + SETTING + "'");
        }
        try {
            List<String> lines = Files.readAllLines(Path.of(text)).stream()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .map(line -> line.replaceFirst("[\\s,].*", ""))
                    .toList();
            for (String line : lines) {
                if (!DIGEST.matcher(line).matches()) {
                    throw unreadable("the file '" + text + "' has '" + line + "' where a digest should stand");
                }
            }
            return new AllowedJars(lowerCase(lines), "the file '" + text + "'");
        } catch (InvalidPathException | IOException e) {
            throw unreadable("'" + text + "' is neither a list of digests nor a file that can be read ("
                    + e.getClass().getSimpleName() + ")");
        }
    }

    /**
     * Let a jar pass that is listed.
     *
     * @throws RefusedException {@code TASKER-P125} otherwise
     */
    void check(String plugin, PluginCopy.Jar jar) {
        if (!digests.contains(jar.sha256())) {
            throw new RefusedException(
                    "TASKER-P125",
                    "plugin '" + plugin + "' holds " + jar.file() + ", whose SHA-256 " + jar.sha256()
                            + " is not among those that " + source + " allows",
                    "add the digest there if you trust these very bytes");
        }
    }

    private static Set<String> lowerCase(List<String> digests) {
        Set<String> all = new HashSet<>();
        digests.forEach(digest -> all.add(digest.toLowerCase(Locale.ROOT)));
        return all;
    }

    private static TaskerException unreadable(String problem) {
        return new TaskerException(
                "TASKER-P126",
                "'" + SETTING + "': " + problem
                        + "; write SHA-256 digests separated by commas, or name a file of them, one a line");
    }
}
