package tasker.plugins.embeddedpostgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tasker.events.api.TaskerException;

/**
 * Own the directory in which the server's data, its log and its password lie.
 *
 * <p>While it is open, no other worker can open it. The data stand in a folder of it that appears only when they are
 * complete, so that a worker that is killed while it makes them leaves nothing half-made behind. For use by one thread
 * at a time.
 */
final class DataDirectory implements AutoCloseable {
    private static final Set<String> NOT_FOREIGN =
            Set.of("lock", "password", "initialising", "server.log", "server.log.1", "lost+found");

    private final Path root;
    private final boolean temporary;
    private final FileChannel lock;

    private DataDirectory(Path root, boolean temporary) throws IOException {
        this.root = root;
        this.temporary = temporary;
        this.lock = lock(root);
    }

    /**
     * Open the directory that is set, which is made when it is missing, or a new private one that is removed at the
     * end.
     *
     * @throws TaskerException {@code TASKER-D205} when the directory is unusable or somebody else's,
     *     {@code TASKER-D206} when another worker has it open
     */
    static DataDirectory open(Optional<Path> setting) {
        try {
            if (setting.isEmpty()) {
                return new DataDirectory(Files.createTempDirectory("tasker-postgres-"), true);
            }
            Path root = setting.get().toAbsolutePath().normalize();
            Files.createDirectories(
                    root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            refuseForeign(root);
            return new DataDirectory(root, false);
        } catch (IOException e) {
            throw refused(
                    setting.map(Path::toString).orElse(System.getProperty("java.io.tmpdir")), "cannot be used: " + e);
        }
    }

    /** The directory itself. */
    Path root() {
        return root;
    }

    /** Whether the directory is removed when it is closed. */
    boolean isTemporary() {
        return temporary;
    }

    /** The server's data. */
    Path data() {
        return root.resolve("data");
    }

    /** Where the data are made. */
    Path initialising() {
        return root.resolve("initialising");
    }

    ServerLog log() {
        return new ServerLog(root.resolve("server.log"));
    }

    Path passwordFile() {
        return root.resolve("password");
    }

    /** Whether the data are there. */
    boolean isInitialised() {
        return isInitialised(root);
    }

    /** Make a password that only this directory's owner can read, and forget data that were never completed. */
    void beginInitialising() throws IOException {
        remove(initialising());
        Files.deleteIfExists(passwordFile());
        Files.createFile(
                passwordFile(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        Files.writeString(passwordFile(), Base64.getUrlEncoder().encodeToString(random));
    }

    /** Put complete data in their place. */
    void endInitialising() throws IOException {
        Files.move(initialising(), data(), StandardCopyOption.ATOMIC_MOVE);
        if (!temporary) {
            try (FileChannel directory = FileChannel.open(root, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }

    /**
     * The password that the data were made with.
     *
     * @throws TaskerException {@code TASKER-D205} when it is gone
     */
    String password() {
        try {
            return Files.readString(passwordFile()).strip();
        } catch (IOException e) {
            throw refused(
                    root.toString(), "holds data, but its file 'password' cannot be read (" + e + "); restore it");
        }
    }

    /** Let go of the directory, and remove it when it is temporary; nothing may run in it any more. */
    @Override
    public void close() throws IOException {
        unlock();
        if (temporary) {
            remove(root);
        }
    }

    /** Let go of the directory and leave it as it is. */
    void unlock() throws IOException {
        lock.close();
    }

    private static boolean isInitialised(Path root) {
        return Files.exists(root.resolve("data/PG_VERSION"));
    }

    private static FileChannel lock(Path root) throws IOException {
        FileChannel channel =
                FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        Optional<FileLock> lock;
        try {
            lock = Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException ignored) {
            lock = Optional.empty();
        }
        if (lock.isEmpty()) {
            channel.close();
            throw new TaskerException(
                    "TASKER-D206",
                    "another worker uses the data directory " + root
                            + " (embedded-postgres.data-directory); stop it, or give this worker a directory of its"
                            + " own");
        }
        return channel;
    }

    private static void refuseForeign(Path root) throws IOException {
        if (isInitialised(root)) {
            return;
        }
        try (Stream<Path> files = Files.list(root)) {
            List<String> foreign = files.map(file -> file.getFileName().toString())
                    .filter(name -> !NOT_FOREIGN.contains(name))
                    .sorted()
                    .toList();
            if (!foreign.isEmpty()) {
                String examples = String.join(", ", foreign.subList(0, Math.min(3, foreign.size())));
                throw refused(
                        root.toString(),
                        "is neither empty nor a data directory of this plugin: it holds " + examples
                                + (foreign.size() > 3 ? ", …" : ""));
            }
        }
    }

    private static TaskerException refused(String directory, String problem) {
        return new TaskerException(
                "TASKER-D205",
                "the data directory " + directory + " " + problem
                        + "; set embedded-postgres.data-directory to a new or an empty directory, or leave it out for"
                        + " a temporary one");
    }

    private static void remove(Path directory) throws IOException {
        if (Files.notExists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
