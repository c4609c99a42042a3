package tasker.observability.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tasker.nativecore.json.Json;

/** Run a headless Chromium with a profile of its own, and end it; for use by one thread. */
final class Chromium implements AutoCloseable {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome", "chrome");

    private final Process process;
    private final Path profile;
    private final URI debugger;

    private Chromium(Process process, Path profile) throws IOException {
        this.process = process;
        this.profile = profile;
        Path port = profile.resolve("DevToolsActivePort");
        TestWorker.await("Chromium says where it listens", () -> lines(port).size() >= 2 || !process.isAlive());
        if (lines(port).size() < 2) {
            throw new IOException("Chromium ended with " + process.exitValue() + " before it could be used");
        }
        debugger = URI.create("http://127.0.0.1:" + lines(port).getFirst());
    }

    /** The browser of this machine; empty when there is none on the path. */
    static Optional<Path> find() {
        Stream<Path> folders = Stream.of(
                        System.getenv().getOrDefault("PATH", "").split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of);
        return folders.flatMap(folder -> NAMES.stream().map(folder::resolve))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Start this browser with a profile in a new folder within this one. */
    static Chromium start(Path executable, Path temporary) throws IOException {
        Path profile = Files.createTempDirectory(temporary, "chromium-");
        List<String> command = List.of(
                executable.toString(),
                "--headless",
                // Its sandbox does not run as root, and it is shown nothing but pages of the tests.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new Chromium(process, profile);
    }

    /** Open a tab, which is about:blank until it is brought elsewhere. */
    Tab open() throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(debugger.resolve("/json/new?about:blank"))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build();
        Map<String, ?> target = Json.object(
                client.send(request, HttpResponse.BodyHandlers.ofString()).body());
        return Tab.attach(client, URI.create(String.valueOf(target.get("webSocketDebuggerUrl"))));
    }

    @Override
    public void close() throws IOException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        TestWorker.await("Chromium has ended", () -> !process.isAlive());
        children.forEach(ProcessHandle::destroyForcibly);
        TestWorker.await("its processes have too", () -> children.stream().noneMatch(ProcessHandle::isAlive));
        try (Stream<Path> files = Files.walk(profile)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException ignored) {
            return List.of();
        }
    }
}
