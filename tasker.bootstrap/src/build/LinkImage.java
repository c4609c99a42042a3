import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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

    private final Path image;
    private final Path root;
    private final Set<String> modules;

    private LinkImage(Path image, Path root, Set<String> modules) {
        this.image = image;
        this.root = root;
        this.modules = modules;
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
        delete(build.image);
        Path renewed = build.image.resolveSibling(build.image.getFileName() + "-renewed");
        delete(renewed);
        build.link(OldClassFiles.renew(args[1], renewed));
        build.addFiles();
        if (args.length == 4) {
            build.train();
        }
        // Newer than everything above: what ./tasker compares the sources with.
        Files.writeString(
                build.image.resolve("tasker.built"), "modules=" + String.join(",", modules) + System.lineSeparator());
    }

    private void link(String modulePath) {
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
        if (modules.contains("tasker.events.pgmq")) {
            copy(root.resolve("plugins/embedded-postgres/target/dist"), image.resolve("plugins/embedded-postgres"));
            copy(root.resolve("examples/orders/target/dist"), image.resolve("demo"));
        }
    }

    /** Run what a person runs once, so that its classes stand loaded and linked in the AOT cache. */
    private void train() throws IOException, InterruptedException {
        boolean hasServer = Files.exists(image.resolve("plugins/embedded-postgres/postgres/template"));
        Path work = Files.createTempDirectory("tasker-training");
        try {
            new TrainingRun(image, modules, hasServer, work).run();
        } finally {
            delete(work);
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
