package tasker.bootstrap.plugins;

import java.io.IOException;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Know what a plugin's class loader has opened, so that it can be closed: a module layer's loader is never closed by
 * itself, and would hold its jars open until it is collected. Safe for use by many threads.
 */
final class OpenJars implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenJars.class);

    private final List<ModuleReader> readers = new ArrayList<>();
    private final List<Path> jars = new ArrayList<>();
    private boolean closed;

    /**
     * Let a module be read from the private copy of its jar, while its code source is the original: that is where a
     * plugin finds the files that lie beside it.
     */
    ModuleReference reference(ModuleReference copy, PluginCopy.Jar jar) {
        synchronized (readers) {
            jars.add(jar.copy());
        }
        return new ModuleReference(copy.descriptor(), jar.original().toUri()) {
            @Override
            public ModuleReader open() throws IOException {
                return keep(copy);
            }
        };
    }

    private ModuleReader keep(ModuleReference copy) throws IOException {
        synchronized (readers) {
            if (closed) {
                throw new IOException(
                        "the plugin of module " + copy.descriptor().name() + " has been closed");
            }
            ModuleReader reader = copy.open();
            readers.add(reader);
            return reader;
        }
    }

    @Override
    public void close() {
        synchronized (readers) {
            closed = true;
            readers.forEach(OpenJars::close);
            readers.clear();
            jars.forEach(OpenJars::closeCached);
            jars.clear();
        }
    }

    private static void close(ModuleReader reader) {
        try {
            reader.close();
        } catch (IOException e) {
            LOG.warn("event=plugin_jar_not_closed reason=\"{}\"", e.toString());
        }
    }

    /**
     * Close the jar that the JDK keeps for URLs of its entries: a resource read through such a URL leaves it open for
     * as long as the process lives.
     */
    private static void closeCached(Path jar) {
        try {
            URLConnection connection =
                    URI.create("jar:" + jar.toUri() + "!/").toURL().openConnection();
            if (connection instanceof JarURLConnection cached) {
                cached.getJarFile().close();
            }
        } catch (IOException e) {
            LOG.warn("event=plugin_jar_not_closed jar={} reason=\"{}\"", jar, e.toString());
        }
    }
}
