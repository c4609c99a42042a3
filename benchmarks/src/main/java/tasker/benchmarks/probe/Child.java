package tasker.benchmarks.probe;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Talk to a {@link ProbedWorker} in its process, which ends with this. */
final class Child implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final BufferedWriter in;
    private final int port;
    private final int barePort;

    Child(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ProbedWorker.class.getName()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = process.inputReader(StandardCharsets.UTF_8);
        in = process.outputWriter(StandardCharsets.UTF_8);
        port = Integer.parseInt(answer());
        barePort = Integer.parseInt(answer());
    }

    int port() {
        return port;
    }

    /** Where a server beside the worker answers, that does nothing else. */
    int barePort() {
        return barePort;
    }

    /** Give the worker these steps, or none. */
    void work(String handler) throws IOException {
        in.write(handler + "\n");
        in.flush();
        answer();
    }

    private String answer() throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.equals("ok") || line.chars().allMatch(Character::isDigit)) {
                return line;
            }
        }
        throw new IOException("the worker has ended");
    }

    @Override
    public void close() throws IOException {
        in.close();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
