package tasker.plugins.embeddedpostgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import tasker.events.api.TaskerException;

/**
 * Find out whether a server still runs on a data directory.
 *
 * <p>Every process of a server has the data directory as its working directory, which tells more than the process id
 * that a killed server leaves behind in {@code postmaster.pid}: that id may be another program's by now.
 */
final class RunningServer {
    private static final Path PROCESSES = Path.of("/proc");
    private static final long POLL_NANOS = 20_000_000;

    private RunningServer() {}

    /**
     * Return when no server runs on the data. Waits for one that runs: no other worker has the directory open, so it is
     * most likely ending, because the worker that it belonged to was killed a moment ago.
     *
     * @throws TaskerException {@code TASKER-D206} when it still runs at the deadline
     */
    static void awaitNone(Path data, Deadline deadline) throws IOException, InterruptedException {
        Path pidFile = data.resolve("postmaster.pid");
        if (Files.notExists(pidFile)) {
            return;
        }
        Path directory = data.toRealPath();
        for (Optional<String> pid = findIn(directory); pid.isPresent(); pid = findIn(directory)) {
            if (deadline.hasPassed()) {
                throw new TaskerException(
                        "TASKER-D206",
                        "PostgreSQL process " + pid.get() + " runs on the data directory " + data
                                + " and did not end within " + deadline.bound().toMillis()
                                + " ms; stop it with 'kill -INT "
                                + pid.get() + "', or give this worker a directory of its own"
                                + " (embedded-postgres.data-directory)");
            }
            LockSupport.parkNanos(POLL_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        if (namesALivingProcess(pidFile)) {
            // Not of this server, as was found above; PostgreSQL would believe that it is, and refuse to start.
            Files.deleteIfExists(pidFile);
        }
    }

    private static Optional<String> findIn(Path directory) throws IOException {
        try (Stream<Path> processes = Files.list(PROCESSES)) {
            return processes
                    .filter(process ->
                            Character.isDigit(process.getFileName().toString().charAt(0)))
                    .filter(process -> isServer(process, directory))
                    .map(process -> process.getFileName().toString())
                    .findFirst();
        }
    }

    private static boolean isServer(Path process, Path directory) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(directory)
                    && Files.readString(process.resolve("comm")).strip().equals("postgres");
        } catch (IOException ignored) {
            // It has ended meanwhile, or it is another user's.
            return false;
        }
    }

    private static boolean namesALivingProcess(Path pidFile) throws IOException {
        try {
            String pid =
                    Files.readAllLines(pidFile).stream().findFirst().orElse("").strip();
            return pid.matches("\\d+") && Files.exists(PROCESSES.resolve(pid));
        } catch (NoSuchFileException ignored) {
            // The server that was ending has removed it.
            return false;
        }
    }
}
