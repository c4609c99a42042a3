package tasker.plugins.embeddedpostgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tasker.events.api.TaskerException;

/**
 * Hold a server that accepts connections on 127.0.0.1.
 *
 * @param process its first process and what ends it
 * @param port where it listens
 */
record PostgresServer(Watchdog process, int port) {
    private static final Path NOTHING = Path.of("/dev/null");
    private static final Duration POLL = Duration.ofMillis(3);
    private static final int STATUS_LINE = 7;
    private static final int PORT_ATTEMPTS = 5;

    /**
     * Start a server and return when it accepts connections.
     *
     * @param wantedPort where it shall listen; 0 for any free port
     * @throws TaskerException {@code TASKER-D208} when it ends instead, {@code TASKER-D209} when it is not ready in
     *     time, {@code TASKER-D210} when the port is taken
     */
    static PostgresServer start(Installation installation, DataDirectory directory, int wantedPort, Deadline deadline)
            throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            int port = wantedPort == 0 ? freePort() : wantedPort;
            Optional<PostgresServer> server = startOn(port, installation, directory, deadline);
            if (server.isPresent()) {
                return server.get();
            }
            if (wantedPort != 0 || attempt == PORT_ATTEMPTS) {
                throw new TaskerException(
                        "TASKER-D210",
                        "embedded PostgreSQL cannot listen on port " + port + " of 127.0.0.1, which another program"
                                + " uses; stop that one, or set embedded-postgres.port to a free port, or to 0 for any");
            }
            // Somebody took the port between the look for it and the server's start.
        }
    }

    private static Optional<PostgresServer> startOn(
            int port, Installation installation, DataDirectory directory, Deadline deadline)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(installation.commandPrefix());
        command.add(installation.home().postgres().toString());
        command.addAll(List.of("-D", directory.data().toString(), "-p", Integer.toString(port)));
        command.addAll(List.of("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="));
        Optional<Path> removeWhenGone = directory.isTemporary() ? Optional.of(directory.root()) : Optional.empty();
        directory.log().rotate();
        Watchdog process = Watchdog.start(command, directory.log().file(), NOTHING, removeWhenGone);
        boolean ready = false;
        try {
            ready = awaitReady(process, directory, deadline);
            return ready ? Optional.of(new PostgresServer(process, port)) : Optional.empty();
        } finally {
            if (process.status().isPresent()) {
                process.release();
            } else if (!ready) {
                process.close();
            }
        }
    }

    /** Whether the server is ready; {@code false} when it ended because its port is taken. */
    private static boolean awaitReady(Watchdog process, DataDirectory directory, Deadline deadline)
            throws IOException, InterruptedException {
        while (!isReady(process, directory.data().resolve("postmaster.pid"))) {
            Optional<Integer> status = process.awaitExit(POLL);
            if (status.isPresent()) {
                String tail = directory.log().tail();
                if (tail.contains("could not bind")) {
                    return false;
                }
                throw new TaskerException(
                        "TASKER-D208",
                        "PostgreSQL ended with status " + status.get() + " while it was starting in " + directory.root()
                                + "; correct what it says" + tail);
            }
            if (deadline.hasPassed()) {
                throw new TaskerException(
                        "TASKER-D209",
                        "PostgreSQL in " + directory.root() + " was not ready within "
                                + deadline.bound().toMillis()
                                + " ms (embedded-postgres.start-timeout-ms); raise the bound, or correct what it says"
                                + directory.log().tail());
            }
        }
        return true;
    }

    /** Read what the server says of itself: its process id, and in the eighth line its state, as pg_ctl does. */
    private static boolean isReady(Watchdog process, Path pidFile) throws IOException {
        try {
            List<String> lines = Files.readAllLines(pidFile);
            return lines.size() > STATUS_LINE
                    && lines.getFirst().strip().equals(Long.toString(process.pid()))
                    && lines.get(STATUS_LINE).strip().equals("ready");
        } catch (NoSuchFileException ignored) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
