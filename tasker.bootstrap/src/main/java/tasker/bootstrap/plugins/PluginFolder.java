package tasker.bootstrap.plugins;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tasker.events.api.TaskerException;

/** Find the plugins that lie in a folder: each jar is one, and each folder is one. */
public final class PluginFolder {
    private PluginFolder() {}

    /**
     * List the jars and folders in these folders that should be plugins: in the order of the folders, and by their
     * names within each.
     *
     * @throws TaskerException {@code TASKER-P101} when a folder cannot be listed
     */
    public static List<Path> places(List<Path> folders) {
        return folders.stream().flatMap(folder -> places(folder).stream()).toList();
    }

    /** The jars at the top level of a folder, sorted. */
    static List<Path> jars(Path folder) throws IOException {
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (isJar(entry)) {
                    jars.add(entry);
                }
            }
        }
        jars.sort(null);
        return jars;
    }

    private static List<Path> places(Path folder) {
        List<Path> places = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                boolean hidden = entry.getFileName().toString().startsWith(".");
                if (!hidden && (Files.isDirectory(entry) || isJar(entry))) {
                    places.add(entry);
                }
            }
        } catch (IOException e) {
            throw new TaskerException(
                    "TASKER-P101",
                    "the plugin folder " + folder + " cannot be listed ("
                            + e.getClass().getSimpleName()
                            + "); create it, or name another with --plugins or plugins.directory",
                    e);
        }
        places.sort(null);
        return places;
    }

    private static boolean isJar(Path entry) {
        return entry.toString().endsWith(".jar") && Files.isRegularFile(entry);
    }
}
