package tasker.bootstrap.plugins;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keep the private copies that this process loads its plugins from; safe for use by many threads.
 *
 * <p>Below a folder that only this account can use, each process has one of its own, beside a file that it holds locked
 * for as long as it lives. Who opens a store deletes the folders whose lock nobody holds any more: those of processes
 * that were killed. Nothing is created before the first plugin is copied.
 */
public final class PluginStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginStore.class);
    private static final String LOCK = ".lock";
    private static final int TRIES = 10;
    private static final Map<Path, PluginStore> STORES = new ConcurrentHashMap<>();

    private final Path base;
    private @Nullable FileChannel lock;
    private @Nullable Path lockFile;
    private @Nullable Path folder;

    private PluginStore(Path base) {
        this.base = base;
    }

    /** Keep copies below this folder, which is shared with other processes of the same account. */
    public static PluginStore in(Path base) {
        return new PluginStore(base);
    }

    /**
     * Keep copies until this process ends, below this folder, or one of this account's in the system's folder for
     * temporary files; the same store for the same folder.
     */
    public static PluginStore ofThisProcess(Optional<Path> directory) {
        String user = System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9_-]", "_");
        Path base = directory.orElseGet(
                () -> Path.of(System.getProperty("java.io.tmpdir")).resolve("tasker-plugins-" + user));
        return STORES.computeIfAbsent(base.toAbsolutePath().normalize(), PluginStore::untilTheEnd);
    }

    private static PluginStore untilTheEnd(Path base) {
        PluginStore store = new PluginStore(base);
        Runtime.getRuntime().addShutdownHook(new Thread(store::close, "tasker-plugin-copies"));
        return store;
    }

    /**
     * Copy the jars of one plugin.
     *
     * @throws RefusedException {@code TASKER-P110} when a jar changes meanwhile, {@code TASKER-P119} when it cannot be
     *     copied
     */
    PluginCopy copy(String plugin, List<Path> jars) {
        try {
            Path own = Files.createTempDirectory(folder(), "");
            try {
                return PluginCopy.of(plugin, jars, own);
            } catch (IOException | RuntimeException e) {
                Folders.deleteQuietly(own);
                throw e;
            }
        } catch (IOException e) {
            throw new RefusedException(
                    "TASKER-P119",
                    "plugin '" + plugin + "' cannot be copied into " + base + ": " + e,
                    "let the worker's account read the jar and write there, or name another folder with"
                            + " plugins.work-directory",
                    e);
        }
    }

    /** Delete what is left of the copies; classes that were not loaded by then cannot be loaded any more. */
    @Override
    public synchronized void close() {
        if (folder != null) {
            Folders.deleteQuietly(folder);
            folder = null;
        }
        try {
            if (lock != null) {
                lock.close();
                lock = null;
            }
            if (lockFile != null) {
                Files.deleteIfExists(lockFile);
                lockFile = null;
            }
        } catch (IOException e) {
            LOG.warn("event=plugin_copy_not_deleted folder={} reason=\"{}\"", base, e.toString());
        }
    }

    private synchronized Path folder() throws IOException {
        if (folder != null) {
            return folder;
        }
        for (int attempt = 0; attempt < TRIES; attempt++) {
            createPrivate(base);
            Path mark = Files.createTempFile(base, "", LOCK);
            FileChannel channel = FileChannel.open(mark, StandardOpenOption.WRITE);
            // Another process may have taken it for a dead one's, locked it first, and deleted it.
            if (channel.tryLock() != null && Files.exists(mark)) {
                if (!Files.getOwner(base).equals(Files.getOwner(mark))) {
                    channel.close();
                    Files.deleteIfExists(mark);
                    throw new IOException("it belongs to another account");
                }
                lock = channel;
                lockFile = mark;
                folder = Files.createDirectory(folderOf(mark));
                deleteStale();
                return folder;
            }
            channel.close();
        }
        throw new IOException("no folder of this process's own could be made in " + base);
    }

    private static void createPrivate(Path base) throws IOException {
        if (!Files.isDirectory(base, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(
                    base, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        if (Files.isSymbolicLink(base)) {
            // Whoever can change the link could lead us to a folder whose files are none of ours.
            throw new IOException("it is a symbolic link; name the folder itself");
        }
        if (!PosixFilePermissions.toString(Files.getPosixFilePermissions(base)).equals("rwx------")) {
            throw new IOException("it can be used by other accounts; chmod 700 it");
        }
    }

    private void deleteStale() throws IOException {
        try (DirectoryStream<Path> marks = Files.newDirectoryStream(base, "*" + LOCK)) {
            for (Path mark : marks) {
                if (!mark.equals(lockFile)) {
                    deleteIfStale(mark);
                }
            }
        }
    }

    private static void deleteIfStale(Path mark) {
        try (FileChannel channel = FileChannel.open(mark, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Folders.deleteQuietly(folderOf(mark));
                Files.deleteIfExists(mark);
            }
        } catch (OverlappingFileLockException alive) {
            LOG.trace("event=plugin_copies_in_use mark={}", mark);
        } catch (IOException e) {
            LOG.debug("event=plugin_copies_kept mark={} reason=\"{}\"", mark, e.toString());
        }
    }

    private static Path folderOf(Path mark) {
        String name = String.valueOf(mark.getFileName());
        return mark.resolveSibling(name.substring(0, name.length() - LOCK.length()));
    }
}
