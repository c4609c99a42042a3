package tasker.bootstrap.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Find the modules of the house, as they lie in the repository. */
final class Reactor {
    /** Every module's folder, from the root of the repository. */
    static final List<String> FOLDERS = List.of(
            "tasker.events.api",
            "tasker.testkit",
            "tasker.native",
            "tasker.events.inprocess",
            "tasker.events.pgmq",
            "tasker.observability",
            "tasker.bootstrap",
            "plugins/embedded-postgres",
            "plugins/json-schema",
            "plugins/opentelemetry",
            "examples/orders");

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Reactor() {}

    static Path classes(String folder) {
        return ROOT.resolve(folder).resolve("target/classes");
    }

    static List<Path> sources(String folder) {
        return javaIn(ROOT.resolve(folder).resolve("src/main/java"));
    }

    static List<Path> sourcesAndTests(String folder) {
        return javaIn(ROOT.resolve(folder).resolve("src"));
    }

    private static List<Path> javaIn(Path sources) {
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
