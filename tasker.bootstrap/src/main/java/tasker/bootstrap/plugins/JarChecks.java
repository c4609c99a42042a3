package tasker.bootstrap.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** Tell a jar that is cut off from a file that never was one: the first will be whole later, the second will not. */
final class JarChecks {
    private static final byte[] ZIP = {'P', 'K'};

    private JarChecks() {}

    /**
     * Look at the directory at the end of each jar.
     *
     * @throws RefusedException {@code TASKER-P103} or {@code TASKER-P110}
     */
    static void run(String plugin, Iterable<PluginCopy.Jar> jars) throws IOException {
        for (PluginCopy.Jar jar : jars) {
            if (jar.bytes() == 0) {
                throw incomplete(plugin, jar, "which is empty", null);
            }
            try {
                new ZipFile(jar.copy().toFile()).close();
            } catch (ZipException e) {
                if (beginsLikeAZip(jar.copy())) {
                    throw incomplete(plugin, jar, "which is cut off or damaged (" + e.getMessage() + ")", e);
                }
                throw new RefusedException(
                        "TASKER-P103",
                        "plugin '" + plugin + "' holds " + jar.file() + ", which is no jar at all (" + e.getMessage()
                                + ")",
                        "build or copy it again",
                        e);
            }
        }
    }

    private static RefusedException incomplete(
            String plugin, PluginCopy.Jar jar, String what, @Nullable Throwable cause) {
        return new RefusedException(
                "TASKER-P110",
                "plugin '" + plugin + "' holds " + jar.file() + ", " + what + ", at " + jar.bytes() + " bytes",
                "copy it again, under another name, and rename it once it is complete",
                cause);
    }

    private static boolean beginsLikeAZip(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(ZIP.length), ZIP);
        }
    }
}
