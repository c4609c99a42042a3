package tasker.benchmarks.startup;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * Start a program and tell how long it took, in milliseconds from before its process was made.
 *
 * @param name how it is called in the tables
 * @param command what starts it so that it answers at a port
 * @param readiness the path that answers 200 when it is ready
 */
record Program(String name, IntFunction<List<String>> command, String readiness) {
    private static final long LIMIT_SECONDS = 60;
    private static final int ASK_MILLIS = 2_000;

    /** Start it, ask until it is ready, and stop it. */
    double untilReady(int port, Path log) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Process process = start(command.apply(port), log);
        try {
            awaitReady(process, port, log);
            return millisSince(begin);
        } finally {
            end(process);
        }
    }

    /** Ask this process until it is ready. */
    void awaitReady(Process process, int port, Path log) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!isReady(port)) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(name + " did not become ready; see " + log);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** Run a command to its end. */
    static double untilEnd(List<String> command, Path log) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Process process = start(command, log);
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(command + " failed; see " + log);
            }
            return millisSince(begin);
        } finally {
            end(process);
        }
    }

    static Process start(List<String> command, Path log) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("TASKER_"));
        return builder.start();
    }

    static void end(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    private boolean isReady(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ASK_MILLIS);
            socket.setSoTimeout(ASK_MILLIS);
            OutputStream out = socket.getOutputStream();
            String request = "GET " + readiness + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] start = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
            return new String(start, StandardCharsets.US_ASCII).endsWith(" 200");
        } catch (IOException ignored) {
            return false;
        }
    }

    private static double millisSince(long begin) {
        return (System.nanoTime() - begin) / 1e6;
    }
}
