package tasker.plugins.embeddedpostgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tasker.events.api.spi.DatabaseSettings;

/** Run the plugin in a JVM of its own, which can be killed. */
final class WorkerProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    /** Start the JVM in a process group of its own, and the plugin in it with these settings. */
    WorkerProcess(Map<String, String> settings) throws Exception {
        List<String> command = new ArrayList<>(List.of("setsid", System.getProperty("java.home") + "/bin/java"));
        command.addAll(List.of("-Xshare:auto", "-cp", classPath(), WorkerProcess.class.getName()));
        settings.forEach((key, value) -> command.add(key + "=" + value));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        output = process.inputReader(StandardCharsets.UTF_8);
    }

    String readLine() throws IOException {
        return String.valueOf(output.readLine());
    }

    /** End the JVM as nothing can prevent, {@code kill -9}, and return when it is gone. */
    void killOutright() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Send a signal to the whole process group, as a terminal does. */
    void signalGroup(String signal) throws Exception {
        Process kill = new ProcessBuilder("sh", "-c", "kill -s " + signal + " -- -" + process.pid())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(kill.waitFor()).isZero();
    }

    /** Kill the JVM, and return when the processes it started are gone too: they write to folders of the tests. */
    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        Waiting.until(
                "the worker and what it started end",
                () -> !process.isAlive() && children.stream().noneMatch(ProcessHandle::isAlive));
    }

    private static String classPath() throws Exception {
        Stream<Path> places = Stream.of(
                Path.of("target/test-classes").toAbsolutePath(),
                placeOf(EmbeddedPostgres.class),
                placeOf(DatabaseSettings.class),
                placeOf(DriverManager.getDriver("jdbc:postgresql:").getClass()));
        return places.map(Path::toString).collect(Collectors.joining(":"));
    }

    private static Path placeOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /**
     * Start the plugin, print where its server is, and wait. A signal makes a worker drain: what stands for that here
     * is one more query, whose result is printed.
     */
    public static void main(String[] args) throws Exception {
        Map<String, String> settings = Arrays.stream(args)
                .map(argument -> argument.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        EmbeddedPostgres postgres = new EmbeddedPostgres();
        postgres.start(new TestContext(settings));
        DatabaseSettings database = postgres.database();
        Sql.execute(database, "CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                out.println("drained " + Sql.query(database, "SELECT answer FROM kept"));
                postgres.close();
                out.println("closed");
            } catch (Exception e) {
                out.println(e);
            }
        }));
        Map<String, ?> details = postgres.check().details();
        out.println(details.get("pid"));
        out.println(details.get("data_directory"));
        Thread.currentThread().join();
    }
}
