package tasker.bootstrap.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.regex.Pattern;
import tasker.events.api.TaskerException;

/**
 * Put jars into a plugin folder and take them out, so that whoever looks at the folder sees whole jars only.
 *
 * <p>What is being written lies in a hidden folder in the plugin folder, on the same file system, and is then renamed
 * in one step. Stateless.
 */
final class PluginFiles {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,99}\\.jar");

    private static final String KEPT = "kept";

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

    /** Write a jar where nobody takes it for a plugin. */
    static Staged stage(Path folder, String fileName, InputStream jar) throws IOException {
        Files.createDirectories(folder);
        Path own = Files.createTempDirectory(folder, ".incoming-");
        Path file = own.resolve(fileName);
        try {
            Files.copy(jar, file);
            return new Staged(own, file);
        } catch (IOException | RuntimeException | Error e) {
            Folders.deleteQuietly(own);
            throw e;
        }
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

    /**
     * Hold a jar that is written and not yet in its place; closing deletes what is left.
     *
     * @param own the hidden folder
     * @param file the jar in it
     */
    record Staged(Path own, Path file) implements AutoCloseable {
        /** Put the jar into its place, over one that is there. */
        void moveTo(Path place) throws IOException {
            Files.move(file, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        /** Keep what is in the place now, so that it can be restored. */
        void keep(Path place) throws IOException {
            if (Files.exists(place)) {
                Files.copy(place, own.resolve(KEPT), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }

        /** Put back what was kept. */
        void restore(Path place) throws IOException {
            Path kept = own.resolve(KEPT);
            if (Files.exists(kept)) {
                Files.move(kept, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        }

        @Override
        public void close() {
            Folders.deleteQuietly(own);
        }
    }
}
