package tasker.benchmarks.startup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import tasker.benchmarks.Ratio;
import tasker.benchmarks.durable.Section;
import tasker.benchmarks.durable.Server;

/** Start everything in interleaved rounds, and print the tables of docs/performance.md. */
public final class StartupBenchmark {
    private static final int WARM_UP = 1;

    private final Programs programs;
    private final Path log;
    private final Map<String, Ratio> millis = new LinkedHashMap<>();
    private final Map<String, Ratio> ratios = new LinkedHashMap<>();

    private StartupBenchmark(Programs programs, Path log) {
        this.programs = programs;
        this.log = log;
    }

    /** Arguments: the number of rounds; {@code write}, to write the tables into the page too. */
    @SuppressWarnings("SystemOut") // a benchmark prints
    public static void main(String[] args) throws Exception {
        Path root = Path.of("").toAbsolutePath();
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        try (Server server = new Server()) {
            Path log = Files.createTempFile("startup", ".log");
            StartupBenchmark benchmark = new StartupBenchmark(new Programs(root, server.url()), log);
            for (int round = 0; round < WARM_UP + rounds; round++) {
                benchmark.round(round >= WARM_UP);
            }
            Files.delete(log);
            String report = benchmark.report(rounds);
            System.out.println(report);
            if (Arrays.asList(args).contains("write")) {
                Section.replace(root.resolve("docs/performance.md"), "startup", report);
            }
        }
    }

    private void round(boolean counts) throws IOException, InterruptedException {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (Program worker : programs.workers()) {
            figures.put("ready, " + worker.name(), worker.untilReady(freePort(), log));
        }
        commands(figures);
        if (counts) {
            figures.forEach((name, value) ->
                    millis.computeIfAbsent(name, key -> new Ratio()).add(value));
            compare(figures, "ready");
            compare(figures, "--version");
            compare(figures, "health");
        }
    }

    private void commands(Map<String, Double> figures) throws IOException, InterruptedException {
        List<String> image = Programs.tasker(programs.image("full"));
        List<String> classPath = programs.classPath();
        int port = freePort();
        Program worker = programs.workers().getFirst();
        Process running = Program.start(worker.command().apply(port), log);
        try {
            worker.awaitReady(running, port, log);
            List<String> health = List.of("health", "--url", "http://127.0.0.1:" + port);
            figures.put(key("health", Programs.IMAGE), Program.untilEnd(Programs.with(image, health), log));
            figures.put(key("health", Programs.CLASS_PATH), Program.untilEnd(Programs.with(classPath, health), log));
            List<String> version = List.of("--version");
            figures.put(key("--version", Programs.IMAGE), Program.untilEnd(Programs.with(image, version), log));
            figures.put(
                    key("--version", Programs.CLASS_PATH), Program.untilEnd(Programs.with(classPath, version), log));
        } finally {
            Program.end(running);
        }
    }

    private void compare(Map<String, Double> figures, String what) {
        Double image = figures.get(key(what, Programs.IMAGE));
        for (String peer : List.of(Programs.CLASS_PATH, Programs.SPRING, Programs.QUARKUS)) {
            Double other = figures.get(key(what, peer));
            if (image != null && other != null) {
                ratios.computeIfAbsent(key(what, peer), name -> new Ratio()).add(image / other);
            }
        }
    }

    private String report(int rounds) throws IOException {
        StringBuilder text = new StringBuilder("`benchmarks/run startup " + rounds + "`: " + rounds
                + " interleaved rounds on JDK " + Runtime.version().feature()
                + "; milliseconds from before the process was made, median [quartiles].\n\n"
                + "| | linked image | class path | Spring Boot | Quarkus | of class path | of Spring Boot | of Quarkus |\n"
                + "|---|---|---|---|---|---|---|---|\n");
        for (String what : List.of("ready", "health", "--version")) {
            text.append("| ").append(label(what));
            for (String who : List.of(Programs.IMAGE, Programs.CLASS_PATH, Programs.SPRING, Programs.QUARKUS)) {
                text.append(" | ").append(cell(millis, key(what, who), "%.0f"));
            }
            for (String who : List.of(Programs.CLASS_PATH, Programs.SPRING, Programs.QUARKUS)) {
                text.append(" | ").append(cell(ratios, key(what, who), "%.2f"));
            }
            text.append(" |\n");
        }
        text.append("\n| selection | ready, ms | runtime, MB | its AOT cache, MB |\n|---|---|---|---|\n");
        for (String selection : List.of("full", "durable-only", "fast-only")) {
            Path image = programs.image(selection);
            String ready = key("ready", selection.equals("full") ? Programs.IMAGE : selection);
            long cache = Files.size(image.resolve("lib/tasker.aot"));
            long runtime = Stream.of("bin", "conf", "legal", "lib")
                    .mapToLong(part -> size(image.resolve(part)))
                    .sum();
            text.append(String.format(
                    Locale.ROOT,
                    "| `%s` | %s | %.0f | %.0f |%n",
                    selection,
                    cell(millis, ready, "%.0f"),
                    (runtime - cache) / 1e6,
                    cache / 1e6));
        }
        return text.toString().stripTrailing();
    }

    private static String label(String what) {
        return what.equals("ready") ? "`tasker run` until ready" : "`tasker " + what + "`";
    }

    private static String cell(Map<String, Ratio> figures, String name, String format) {
        Ratio figure = figures.get(name);
        return figure == null ? "" : figure.text(format);
    }

    private static String key(String what, String who) {
        return what + ", " + who;
    }

    private static long size(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
