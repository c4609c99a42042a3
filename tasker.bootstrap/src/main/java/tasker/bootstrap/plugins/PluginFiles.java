package tasker.bootstrap.plugins;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.regex.Pattern;
import tasker.events.api.TaskerException;

/** Know the jars of a plugin folder by their names and how they look; stateless. */
final class PluginFiles {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,99}\\.jar");

    private PluginFiles() {}

    /**
     * Refuse what is no plain name of a jar.
     *
     * @throws TaskerException {@code TASKER-P131}
     */
    static void checkName(String fileName) {
        if (!NAME.matcher(fileName).matches()) {
            throw new TaskerException(
                    "TASKER-P131",
                    "'" + fileName
                            + "' cannot be the name of a plugin's jar; use up to 100 letters, digits and . _ + -,"
                            + " a letter or digit first, and .jar at the end");
        }
    }

    /**
     * The place of a plugin that is one jar.
     *
     * @throws TaskerException {@code TASKER-P136} when it is a folder
     */
    static Path jarOf(String plugin, Path place) {
        if (Files.isDirectory(place)) {
            throw new TaskerException(
                    "TASKER-P136",
                    "the plugin '" + plugin + "' is the folder " + place
                            + ", not a jar; stop it, change or delete the folder, and start it again");
        }
        return place;
    }

    /** What changes when a jar, or a jar of a folder, does; empty when the place is not there. */
    static String fingerprint(Path place) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(place, BasicFileAttributes.class);
            StringBuilder text = new StringBuilder();
            if (attributes.isDirectory()) {
                for (Path jar : PluginFolder.jars(place)) {
                    text.append(jar.getFileName())
                            .append(' ')
                            .append(fingerprint(jar))
                            .append('\n');
                }
                return text.isEmpty() ? "empty" : text.toString();
            }
            return text.append(attributes.lastModifiedTime())
                    .append(' ')
                    .append(attributes.size())
                    .append(' ')
                    .append(attributes.fileKey())
                    .toString();
        } catch (NoSuchFileException gone) {
            return "";
        } catch (IOException e) {
            return "unreadable " + e.getClass().getName();
        }
    }
}
