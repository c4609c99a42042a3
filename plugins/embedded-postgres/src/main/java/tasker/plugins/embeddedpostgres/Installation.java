package tasker.plugins.embeddedpostgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tasker.events.api.TaskerException;

/**
 * Make the data of a new server.
 *
 * @param home the programs
 * @param commandPrefix what every command line starts with
 */
record Installation(PostgresHome home, List<String> commandPrefix) {
    /** The account that owns everything in the server. */
    static final String USER = "tasker";

    /** The database that the worker uses. */
    static final String DATABASE = "tasker";

    private static final Path NOTHING = Path.of("/dev/null");

    /**
     * Make the data of a directory that has none, protected by a new random password.
     *
     * <p>Temporary data are a copy of the template where there is one, which takes a fraction of the time. Data that
     * are to stay are always made anew, so that their system identifier is their own, and synced to the disk. The
     * server itself runs with {@code fsync} on in both cases.
     *
     * @throws TaskerException {@code TASKER-D207} when that fails or takes too long
     */
    void initialise(DataDirectory directory, Deadline deadline) throws IOException, InterruptedException {
        directory.log().rotate();
        directory.beginInitialising();
        Optional<Path> template = directory.isTemporary() ? home.template() : Optional.empty();
        if (template.isPresent()) {
            copy(template.get(), directory, deadline);
            execute("ALTER ROLE " + USER + " PASSWORD '" + directory.password() + "'", directory, deadline);
        } else {
            initdb(directory, deadline);
            execute("CREATE DATABASE " + DATABASE, directory, deadline);
        }
        directory.endInitialising();
    }

    private static void copy(Path template, DataDirectory directory, Deadline deadline)
            throws IOException, InterruptedException {
        List<String> command = List.of(
                "cp", "-R", template.toString(), directory.initialising().toString());
        run("cp", command, NOTHING, directory, deadline);
    }

    private void initdb(DataDirectory directory, Deadline deadline) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(commandPrefix);
        command.add(home.initdb().toString());
        command.addAll(List.of("-D", directory.initialising().toString()));
        command.addAll(
                List.of("--username", USER, "--pwfile", directory.passwordFile().toString()));
        command.addAll(List.of("--auth", "scram-sha-256", "--encoding", "UTF8"));
        // PostgreSQL's own C.UTF-8, which does not depend on the locales of the machine.
        command.addAll(List.of("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"));
        command.add("--no-instructions");
        if (directory.isTemporary()) {
            command.add("--no-sync");
        }
        run("initdb", command, NOTHING, directory, deadline);
    }

    /** Execute a statement on data that no server uses; it reaches PostgreSQL in a file that only its owner reads. */
    private void execute(String sql, DataDirectory directory, Deadline deadline)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(commandPrefix);
        command.add(home.postgres().toString());
        command.addAll(List.of("--single", "-j", "-D", directory.initialising().toString()));
        command.addAll(List.of("-c", "exit_on_error=on"));
        // A statement that fails would stand in the log, and so in the error, with the password that it sets.
        command.addAll(List.of("-c", "log_min_error_statement=panic", "-c", "log_statement=none"));
        if (directory.isTemporary()) {
            command.addAll(List.of("-c", "fsync=off"));
        }
        command.add("template1");
        Path input = Files.createTempFile(directory.initialising(), "statement", ".sql");
        Files.writeString(input, sql + ";\n");
        run("postgres --single", command, input, directory, deadline);
        Files.delete(input);
    }

    private static void run(String name, List<String> command, Path input, DataDirectory directory, Deadline deadline)
            throws IOException, InterruptedException {
        Optional<Path> removeWhenGone = directory.isTemporary() ? Optional.of(directory.root()) : Optional.empty();
        Path log = directory.log().file();
        Watchdog process = Watchdog.start(command, log, input, removeWhenGone);
        boolean succeeded = false;
        try {
            Optional<Integer> status = process.awaitExit(deadline.remaining());
            succeeded = status.equals(Optional.of(0));
            if (!succeeded) {
                throw new TaskerException(
                        "TASKER-D207",
                        "the new database in " + directory.root() + " could not be made: " + name + " "
                                + status.map(value -> "ended with status " + value)
                                        .orElse("did not end within "
                                                + deadline.bound().toMillis()
                                                + " ms (embedded-postgres.start-timeout-ms)")
                                + "; correct what it says" + directory.log().tail());
            }
        } finally {
            if (succeeded) {
                process.release();
            } else {
                process.close();
            }
        }
    }
}
