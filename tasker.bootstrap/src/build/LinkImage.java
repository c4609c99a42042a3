import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;

/**
 * Link the runtime image: the modules with jlink, the launcher, the plugins beside them, and an AOT cache.
 *
 * <p>Run by Maven, in source mode, with the JDK that the build selected. Arguments: the image's folder, the module
 * path, what to link beside the bootstrap (names of selections and of modules, separated by commas), the project's root
 * folder; and {@code without-cache} where no AOT cache is wanted.
 */
public final class LinkImage {
    private static final String BOOTSTRAP = "tasker.bootstrap";
    private static final String MAIN = BOOTSTRAP + "/" + BOOTSTRAP + ".Main";
    private static final long TRAINING_SECONDS = 600;

    private final Path image;
    private final Path root;
    private final boolean hasDurablePath;

    private LinkImage(Path image, Path root, Set<String> modules) {
        this.image = image;
        this.root = root;
        hasDurablePath = modules.contains("tasker.events.pgmq");
    }

    /** Link the image, or end with an error that fails the build. */
    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[3]);
        Path selections = root.resolve("tasker.bootstrap/src/build/selections.properties");
        Set<String> modules;
        try {
            modules = new ModuleSelection(selections, args[1]).modules(args[2]);
        } catch (IllegalArgumentException e) {
            System.err.println("error: " + e.getMessage());
            System.exit(1);
            return;
        }
        LinkImage build = new LinkImage(Path.of(args[0]), root, modules);
        build.link(args[1], modules);
        build.addFiles();
        if (args.length == 4) {
            build.train();
        }
        // Newer than everything above: what ./tasker compares the sources with.
        Files.writeString(
                build.image.resolve("tasker.built"), "modules=" + String.join(",", modules) + System.lineSeparator());
    }

    private void link(String modulePath, Set<String> modules) throws IOException {
        delete(image);
        Set<String> linked = new LinkedHashSet<>(List.of(BOOTSTRAP, "ch.qos.logback.classic"));
        linked.addAll(modules);
        String roots = String.join(",", linked);
        int status = ToolProvider.findFirst("jlink")
                .orElseThrow(
                        () -> new IllegalStateException("this JDK has no jlink: " + System.getProperty("java.home")))
                .run(
                        System.out,
                        System.err,
                        "--module-path",
                        modulePath,
                        "--add-modules",
                        roots,
                        // Plugins may use every JDK module that is linked, not only what our modules reach.
                        "--add-options=--add-modules=ALL-SYSTEM",
                        "--strip-debug",
                        "--no-header-files",
                        "--no-man-pages",
                        "--compress",
                        "zip-6",
                        "--output",
                        image.toString());
        if (status != 0) {
            throw new IllegalStateException("jlink could not link " + roots + "; its output is above");
        }
    }

    private void addFiles() throws IOException {
        Path launcher = image.resolve("bin/tasker");
        Files.copy(root.resolve("tasker.bootstrap/src/image/bin/tasker"), launcher);
        if (!launcher.toFile().setExecutable(true, false)) {
            throw new IOException("cannot make " + launcher + " executable");
        }
        Files.copy(root.resolve("LICENSE"), image.resolve("LICENSE"));
        for (String plugin : List.of("json-schema", "opentelemetry")) {
            copy(root.resolve("plugins/" + plugin + "/target/dist"), image.resolve("optional/" + plugin));
        }
        if (hasDurablePath) {
            copy(root.resolve("plugins/embedded-postgres/target/dist"), image.resolve("plugins/embedded-postgres"));
            copy(root.resolve("examples/orders/target/dist"), image.resolve("demo"));
        }
    }

    /**
     * Run the main job once, so that its classes stand loaded and linked in the AOT cache; where there is no durable
     * path, or embedded PostgreSQL does not run here, list the modules instead.
     */
    private void train() throws IOException, InterruptedException {
        if (!hasDurablePath || Files.notExists(image.resolve("plugins/embedded-postgres/postgres/template"))) {
            train("modules");
            return;
        }
        Path orders = Files.createTempFile("orders", ".jsonl");
        try (var lines = Files.lines(image.resolve("demo/orders.jsonl"))) {
            Files.write(orders, lines.limit(50).toList());
        }
        try {
            train("demo", "--set", "observability.port=0", "--orders", orders.toString());
        } finally {
            Files.delete(orders);
        }
    }

    private void train(String... arguments) throws IOException, InterruptedException {
        Path log = image.resolveSibling("aot-training.log");
        List<String> command = new ArrayList<>();
        command.add(image.resolve("bin/java").toString());
        command.add("-XX:AOTCacheOutput=" + image.resolve("lib/tasker.aot"));
        command.add("-Dtasker.home=" + image);
        command.addAll(List.of("-m", MAIN));
        command.addAll(List.of(arguments));
        ProcessBuilder training =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        training.environment().keySet().removeIf(name -> name.startsWith("TASKER_"));
        Process process = training.start();
        boolean ended = process.waitFor(TRAINING_SECONDS, TimeUnit.SECONDS);
        process.destroy();
        if (!ended || process.exitValue() != 0 || Files.notExists(image.resolve("lib/tasker.aot"))) {
            throw new IllegalStateException("the training run for the AOT cache failed; see " + log);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
            throw new IOException(from + " is missing; build it first: mvn package builds all in order");
        }
        Files.createDirectories(to.getParent());
        try (var files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(
                        file,
                        to.resolve(from.relativize(file).toString()),
                        LinkOption.NOFOLLOW_LINKS,
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException problem) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
