package tasker.events.pgmq;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Run a main class of the tests in a JVM of its own, which can be killed, and has little memory. */
final class JvmProcess implements AutoCloseable {
    private final Process process;
    private final PrintStream orders;

    /** Start it with at most this much heap; when that does not suffice, it ends at once. */
    JvmProcess(Class<?> main, int heapMebibytes, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xmx" + heapMebibytes + 'm',
                "-cp",
                classPath(),
                main.getName()));
        command.addAll(arguments);
        process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** Tests run on a module path or on a class path, with their own classes patched in or beside. */
    private static String classPath() {
        String own = Path.of(JvmProcess.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString();
        return Stream.of(
                        Path.of("target", "test-classes").toAbsolutePath().toString(),
                        own,
                        System.getProperty("java.class.path", ""),
                        System.getProperty("jdk.module.path", ""))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(":"));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Give an order in one word. */
    void order(String word) {
        orders.println(word);
    }

    /** Wait for its end, which was ordered. */
    void awaitEnd() throws Exception {
        Until.isTrue("the process ends", () -> !process.isAlive());
        if (process.exitValue() != 0) {
            throw new AssertionError("the process ended with " + process.exitValue());
        }
    }

    /** End it as nothing can prevent, {@code kill -9}, and return when it is gone. */
    void killOutright() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        killOutright();
    }
}
