package tasker.bootstrap.plugins;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Compile and pack real jars. */
public final class TestJars {
    private final Path folder;

    /** Work below this folder. */
    public TestJars(Path folder) {
        this.folder = folder;
    }

    /** The source of a handler that calls itself by what this expression says. */
    public static String handler(String packageName, String nameExpression) {
        return "package " + packageName + "; public class Handler implements tasker.events.api.spi.StepHandler {"
                + " public String name() { return " + nameExpression + "; }"
                + " public tasker.events.api.StepResult handle(tasker.events.api.spi.StepContext context) {"
                + " return tasker.events.api.StepResult.success(java.util.Map.of()); } }";
    }

    /** A descriptor that requires the contracts and provides the handler, with more directives. */
    public static String descriptor(String module, String more) {
        return "module " + module + " { requires tasker.events.api; " + more
                + " provides tasker.events.api.spi.StepHandler with " + module + ".Handler; }";
    }

    /** A plugin of one handler; its module has the name of its package. */
    Path plugin(Path jar, String module, String nameExpression, String more, Path... libraries) {
        Map<String, String> sources = Map.of(
                "module-info.java",
                descriptor(module, more),
                module.replace('.', '/') + "/Handler.java",
                handler(module, nameExpression));
        return jar(jar, compile(module, sources, libraries));
    }

    /** Compile sources, by their paths; the contracts and these jars are on the module path. */
    public Path compile(String name, Map<String, String> sources, Path... libraries) {
        try {
            Path classes = Files.createTempDirectory(folder, name + "-classes");
            Path root = Files.createTempDirectory(folder, name + "-sources");
            List<String> arguments = new ArrayList<>(List.of("-d", classes.toString(), "-p", modulePath(libraries)));
            arguments.addAll(List.of("--add-modules", "tasker.events.api"));
            for (Map.Entry<String, String> source : sources.entrySet()) {
                Path file = root.resolve(source.getKey());
                Files.createDirectories(file.getParent());
                Files.writeString(file, source.getValue());
                arguments.add(file.toString());
            }
            compile(arguments);
            return classes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Pack a folder, whatever lies in it. */
    public Path jar(Path jar, Path classes) {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                zip.write(Files.readAllBytes(file));
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Put a manifest with these attributes, one a line, beside the classes. */
    public static Path withManifest(Path classes, String attributes) {
        try {
            Path manifest = Files.createDirectories(classes.resolve("META-INF")).resolve("MANIFEST.MF");
            String lines = attributes.isEmpty() ? "" : attributes + "\n";
            Files.writeString(manifest, "Manifest-Version: 1.0\n" + lines + "\n");
            return classes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Name the provider of a step handler in a services file beside the classes. */
    static Path withHandler(Path classes, String provider) {
        try {
            Path services = Files.createDirectories(classes.resolve("META-INF/services"));
            Files.writeString(services.resolve("tasker.events.api.spi.StepHandler"), provider + "\n");
            return classes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Make a class file say that it is for this major version. */
    static void setMajorVersion(Path classFile, int major) throws IOException {
        byte[] bytes = Files.readAllBytes(classFile);
        bytes[6] = (byte) (major >>> 8);
        bytes[7] = (byte) major;
        Files.write(classFile, bytes);
    }

    /** The contracts, and the annotations that javac wants to see when it reads them, as this process has them. */
    private static String modulePath(Path... libraries) {
        String separator = System.getProperty("path.separator");
        String own = System.getProperty("jdk.module.path", "") + separator + System.getProperty("java.class.path", "");
        Stream<String> contracts = Stream.of(own.split(separator))
                .filter(entry -> entry.contains("tasker.events.api") || entry.contains("jspecify"));
        return String.join(
                separator,
                Stream.concat(contracts, Stream.of(libraries).map(Path::toString))
                        .toList());
    }

    private static void compile(List<String> arguments) {
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output);
        int status =
                ToolProvider.findFirst("javac").orElseThrow().run(writer, writer, arguments.toArray(String[]::new));
        if (status != 0) {
            throw new AssertionError("javac failed: " + output);
        }
    }
}
