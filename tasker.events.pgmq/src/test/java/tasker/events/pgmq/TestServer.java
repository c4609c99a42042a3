package tasker.events.pgmq;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tasker.events.api.spi.DatabaseSettings;

/** Run one PostgreSQL for all tests of this process; each test makes a database of its own. */
final class TestServer {
    private static final Path DATA = dataDirectory();
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static EmbeddedPostgres server = launch(freePort());

    private TestServer() {}

    /** Below the build's directory, which is cleaned; what an earlier run left there is deleted. */
    private static Path dataDirectory() {
        Path directory = Path.of("target", "it-postgres").toAbsolutePath();
        try {
            if (Files.exists(directory)) {
                try (Stream<Path> files = Files.walk(directory)) {
                    files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
                }
            }
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static EmbeddedPostgres launch(int port) {
        try {
            return EmbeddedPostgres.builder()
                    .setDataDirectory(DATA.toFile())
                    .setCleanDataDirectory(false)
                    .setPort(port)
                    .setPGStartupWait(Duration.ofMinutes(2))
                    .setServerConfig("fsync", "off")
                    .setServerConfig("max_connections", "60")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Below the ports that the system gives to outgoing connections: those that are tried while the server is down
     * could otherwise take its port, or connect to themselves.
     */
    static int freePort() {
        for (int port : new Random().ints(100, 20_000, 32_000).toArray()) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException ignored) {
                // Taken; there are others.
            }
        }
        throw new AssertionError("none of 100 ports between 20000 and 32000 is free");
    }

    static int port() {
        return server.getPort();
    }

    /** Make a database and say how to reach it. */
    static DatabaseSettings newDatabase() {
        String name = "test" + DATABASES.incrementAndGet();
        sql(settings("postgres"), "CREATE DATABASE " + name);
        return settings(name);
    }

    static DatabaseSettings settings(String database) {
        return new DatabaseSettings(
                "jdbc:postgresql://localhost:" + port() + '/' + database, Optional.of("postgres"), Optional.empty());
    }

    static DatabaseSettings as(DatabaseSettings settings, String user, @Nullable String password) {
        return new DatabaseSettings(settings.url(), Optional.of(user), Optional.ofNullable(password));
    }

    static Connection connect(DatabaseSettings settings) throws SQLException {
        return DriverManager.getConnection(
                settings.url(),
                settings.user().orElse("postgres"),
                settings.password().orElse(""));
    }

    /** Run statements. */
    static void sql(DatabaseSettings settings, String statements) {
        try (Connection connection = connect(settings);
                Statement statement = connection.createStatement()) {
            statement.execute(statements);
        } catch (SQLException e) {
            throw new IllegalStateException(statements, e);
        }
    }

    /** The first column of every row, as text. */
    static List<String> query(DatabaseSettings settings, String query) {
        try (Connection connection = connect(settings);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(String.valueOf(rows.getString(1)));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    /** Let this account log in with its password only, and return when the server has read that rule. */
    static void requirePassword(String user) throws Exception {
        Path rules = DATA.resolve("pg_hba.conf");
        try {
            Files.writeString(rules, "host all " + user + " samehost scram-sha-256\n" + Files.readString(rules));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sql(settings("postgres"), "SELECT pg_reload_conf()");
        Until.isTrue("a password is asked for", () -> {
            try (Connection connection = connect(as(settings("postgres"), user, null))) {
                return connection.isClosed();
            } catch (SQLException ignored) {
                return true;
            }
        });
    }

    /** Stop the server as an administrator would; {@link #startAgain} brings it back on the same port. */
    static void stop() throws Exception {
        server.close();
        // The library waits for a few seconds only.
        Until.isTrue("the server has ended", () -> Files.notExists(DATA.resolve("postmaster.pid")));
    }

    /** End the first process and all others at once, as {@code kill -9} does; {@link #startAgain} recovers the data. */
    static void kill() throws Exception {
        ProcessHandle first = firstProcess();
        // One that is stopped starts no more processes.
        signal("STOP", List.of());
        List<ProcessHandle> all =
                Stream.concat(first.children(), Stream.of(first)).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        Until.isTrue("all of the server is gone", () -> all.stream().noneMatch(ProcessHandle::isAlive));
        // Nothing answers any more; this is for the library's lock.
        server.close();
    }

    /** The processes that serve and help to, beside the first. */
    static List<String> processes() {
        return firstProcess()
                .children()
                .map(child -> String.valueOf(child.pid()))
                .toList();
    }

    private static ProcessHandle firstProcess() {
        try {
            long pid = Long.parseLong(
                    Files.readAllLines(DATA.resolve("postmaster.pid")).getFirst());
            return ProcessHandle.of(pid).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Configure the running server, or take that back with {@code DEFAULT}. */
    static void configure(String name, String value) {
        try (Connection connection = connect(settings("postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET " + name + " = " + value);
            statement.execute("SELECT pg_reload_conf()");
        } catch (SQLException e) {
            throw new IllegalStateException(name, e);
        }
    }

    static Path data() {
        return DATA;
    }

    static void startAgain() {
        server = launch(server.getPort());
    }

    /** Send a signal to the server's first process and to those that serve connections. */
    static void signal(String name, List<String> backends) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        command.addAll(backends);
        command.add(Files.readAllLines(DATA.resolve("postmaster.pid")).getFirst());
        new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
